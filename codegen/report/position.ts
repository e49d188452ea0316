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
  const text = sources.find((source) => source.path === span.file)?.text ?? "";
  const start = lineAt(text, span.start);
  const end = lineAt(text, Math.max(span.start, span.end));
  return {
    file: span.file,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    lineText: text.slice(span.start - start.column + 1).split(/\r\n|\r|\n/, 1)[0] ?? "",
  };
}

function lineAt(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}
