import type { SourceFile, Span } from "../source.js";

/** A place as editors count it: from 1, columns in UTF-16 units. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** The text of the first line, without its end; empty when the file could not be read. */
  readonly lineText: string;
}

/** The position of a span in the files that were compiled. */
export function positionOf(span: Span, sources: readonly SourceFile[]): Position {
  const source = sources.find(({ path }) => path === span.file) ?? { path: span.file, text: "" };
  const starts = lineStarts(source);
  const start = placeIn(starts, Math.min(span.start, source.text.length));
  const end = placeIn(starts, Math.min(Math.max(span.start, span.end), source.text.length));
  const lineText = source.text.slice(starts[start.line - 1], starts[start.line]).replace(/(\r\n|\r|\n)$/, "");
  return {
    file: span.file,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    lineText,
  };
}

/** Kept while the file is: thousands of faults of one file would otherwise count its lines thousands of times. */
const known = new WeakMap<SourceFile, readonly number[]>();

function lineStarts(source: SourceFile): readonly number[] {
  const before = known.get(source);
  if (before !== undefined) return before;
  const starts = [0, ...Array.from(source.text.matchAll(/\r\n|\r|\n/g), (end) => end.index + end[0].length)];
  known.set(source, starts);
  return starts;
}

/** By halving: the last line that starts at the offset or before it. */
function placeIn(starts: readonly number[], offset: number): { readonly line: number; readonly column: number } {
  let [from, to] = [1, starts.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((starts[middle] ?? 0) <= offset) from = middle + 1;
    else to = middle;
  }
  return { line: from, column: offset - (starts[from - 1] ?? 0) + 1 };
}
