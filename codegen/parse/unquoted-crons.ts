import { type Diagnostic, error, quote } from "../diagnostic.js";
import type { SourceFile } from "../source.js";

/** Crons such as `cron: *\/5 * * * *` without their quotes: YAML reads an alias there. */
export function findUnquotedCrons(source: SourceFile): {
  readonly diagnostics: readonly Diagnostic[];
  /** Whether an offset is on a line that has such a cron. */
  readonly areOnLineOf: (offset: number) => boolean;
} {
  const found = [...source.text.matchAll(/^[ \t]*(?:-[ \t]+)?[\w"'-]+:[ \t]+(?=\*[/\d*, \t])(.*)$/gm)].map((match) => {
    const end = match.index + match[0].length;
    const start = end - (match[1] ?? "").length;
    return { line: { start: match.index, end }, start, written: withoutComment(match[1] ?? "") };
  });
  const starts = found.map(({ line }) => line.start);
  return {
    diagnostics: found.map(({ start, written }) => {
      const place = { file: source.path, start, end: start + written.length };
      const message = `YAML reads a bare ${quote("*")} as an alias. Quote it: ${quote(written).replaceAll("`", '"')}.`;
      return error("unquoted-cron", place, message);
    }),
    areOnLineOf: (offset) => {
      const line = found[lastAtMost(starts, offset)]?.line;
      return line !== undefined && offset <= line.end;
    },
  };
}

function withoutComment(written: string): string {
  const comment = written.indexOf("#");
  return (comment < 0 ? written : written.slice(0, comment)).trimEnd();
}

/** Index of the last of the ascending `numbers` that is not above `limit`; -1 where all are. */
function lastAtMost(numbers: readonly number[], limit: number): number {
  let [from, to] = [0, numbers.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((numbers[middle] ?? 0) <= limit) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}
