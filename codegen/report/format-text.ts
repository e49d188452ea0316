import type { Colors } from "picocolors/types.js";
import type { Diagnostic } from "../diagnostic.js";
import type { SourceFile, Span } from "../source.js";
import { positionOf } from "./position.js";

/** Diagnostics for people: `file:line:column code: sentence`, and the line with its place marked. */
export function formatText(diagnostics: readonly Diagnostic[], sources: readonly SourceFile[], colors: Colors): string {
  return diagnostics.map((diagnostic) => formatOne(diagnostic, sources, colors)).join("\n");
}

function formatOne(diagnostic: Diagnostic, sources: readonly SourceFile[], colors: Colors): string {
  const { severity, code, message, span, related = [] } = diagnostic;
  const paint = severity === "error" ? colors.red : colors.yellow;
  const label = severity === "error" ? code : `${code} (warning)`;
  return [
    `${colors.bold(place(span, sources))} ${paint(label)}: ${message}`,
    ...frame(span, sources, colors, paint),
    ...related.map(({ message: about, span: other }) => `  ${place(other, sources)} ${about}`),
    "",
  ].join("\n");
}

function place(span: Span, sources: readonly SourceFile[]): string {
  const { file, line, column } = positionOf(span, sources);
  return `${file}:${line}:${column}`;
}

const maxFrameColumns = 110;

function frame(span: Span, sources: readonly SourceFile[], colors: Colors, paint: (text: string) => string): string[] {
  const position = positionOf(span, sources);
  if (position.lineText.trim() === "") return [];
  const offset = Math.max(0, position.column - 1 - maxFrameColumns / 2);
  const shown = position.lineText.slice(offset, offset + maxFrameColumns).replaceAll("\t", " ");
  const from = position.column - 1 - offset;
  const to = position.endLine === position.line ? position.endColumn - 1 - offset : shown.length;
  const marks = "^".repeat(Math.max(1, Math.min(to, shown.length) - from));
  const gutter = String(position.line);
  return [
    `  ${colors.dim(`${gutter} |`)} ${shown}`,
    `  ${colors.dim(`${" ".repeat(gutter.length)} |`)} ${" ".repeat(from)}${paint(marks)}`,
  ];
}
