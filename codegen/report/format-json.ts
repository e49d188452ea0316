import type { Diagnostic } from "../diagnostic.js";
import type { SourceFile } from "../source.js";
import { positionOf } from "./position.js";

/** Diagnostics for programs: one JSON array, positions counted from 1. */
export function formatJson(diagnostics: readonly Diagnostic[], sources: readonly SourceFile[]): string {
  const entries = diagnostics.map(({ code, severity, message, span, related = [] }) => ({
    code,
    severity,
    message,
    ...place(positionOf(span, sources)),
    ...(related.length === 0
      ? {}
      : { related: related.map((other) => ({ message: other.message, ...place(positionOf(other.span, sources)) })) }),
  }));
  return `${JSON.stringify(entries, null, 2)}\n`;
}

function place({ file, line, column, endLine, endColumn }: ReturnType<typeof positionOf>) {
  return { file, line, column, endLine, endColumn };
}
