import { type Diagnostic, error, quote } from "../diagnostic.js";
import type { SourceFile } from "../source.js";

/** Crons such as `cron: *\/5 * * * *` without their quotes: YAML reads an alias there. */
export interface UnquotedCrons {
  readonly diagnostics: readonly Diagnostic[];
  /** Whether an offset is on a line that has such a cron. */
  readonly areOnLineOf: (offset: number) => boolean;
  /**
   * The text with a valid cron in the place of each, so that what stands around them can be read; as long as before.
   * `undefined` when one is too short to make room for a valid one.
   */
  readonly replaced?: string;
}

/** Finds them among the `aliases`, which are the ascending offsets of those of the file. */
export function findUnquotedCrons(source: SourceFile, aliases: readonly number[]): UnquotedCrons {
  const found = aliases.flatMap((start) => cronAt(source.text, start));
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
    ...(found.every(({ written }) => written.length >= validCron.length) && { replaced: replace(source.text, found) }),
  };
}

interface UnquotedCron {
  readonly line: { readonly start: number; readonly end: number };
  readonly start: number;
  readonly written: string;
}

/** Longer than any cron, or key before one: what is looked at around an alias, so that a file of aliases takes no longer. */
const reach = 200;

function cronAt(text: string, start: number): UnquotedCron[] {
  const [before = ""] = /[^\n]*$/.exec(text.slice(Math.max(0, start - reach), start)) ?? [];
  const [after = ""] = /^[^\n]*/.exec(text.slice(start, start + reach)) ?? [];
  const key = /(^|[{,])[ \t]*(?:-[ \t]+)?[\w"'-]+:[ \t]+$/.exec(before);
  if (key === null || !/^\*[/\d*, \t]/.test(after)) return [];
  const [written = ""] = (key[1] === "" ? /^[^#]*/ : /^[^#,}]*/).exec(after) ?? [];
  return [{ line: { start: start - before.length, end: start + after.length }, start, written: written.trimEnd() }];
}

const validCron = "0 0 1 1 *";

function replace(text: string, crons: readonly UnquotedCron[]): string {
  let done = 0;
  const parts = crons.flatMap(({ start, written }) => {
    const parts = [text.slice(done, start), validCron.padEnd(written.length)];
    done = start + written.length;
    return parts;
  });
  return [...parts, text.slice(done)].join("");
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
