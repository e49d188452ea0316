import type { Colors } from "picocolors/types.js";
import type { Diagnostic } from "../diagnostic.js";
import type { SourceFile, Span } from "../source.js";
import { positionOf } from "./position.js";
import { visible } from "./visible.js";

/** More than anybody reads at once. */
const maxShown = 100;

/**
 * Diagnostics for people: `file:line:column code: sentence`, and the line with its place marked.
 *
 * After {@link maxShown} comes the number of those left out.
 */
export function formatText(diagnostics: readonly Diagnostic[], sources: readonly SourceFile[], colors: Colors): string {
  const shown = diagnostics.slice(0, maxShown).map((diagnostic) => formatOne(diagnostic, sources, colors));
  const left = diagnostics.length - shown.length;
  const more = left === 0 ? [] : [colors.dim(`… and ${left} more, which \`--format json\` prints.\n`)];
  return [...shown, ...more].join("\n");
}

function formatOne(diagnostic: Diagnostic, sources: readonly SourceFile[], colors: Colors): string {
  const { severity, code, message, span, related = [] } = diagnostic;
  const paint = severity === "error" ? colors.red : colors.yellow;
  const label = severity === "error" ? code : `${code} (warning)`;
  return [
    `${colors.bold(place(span, sources))} ${paint(label)}: ${visible(message)}`,
    ...frame(span, sources, colors, paint),
    ...related.map(({ message: about, span: other }) => `  ${place(other, sources)} ${visible(about)}`),
    "",
  ].join("\n");
}

function place(span: Span, sources: readonly SourceFile[]): string {
  const { file, line, column } = positionOf(span, sources);
  return `${visible(file)}:${line}:${column}`;
}

const maxFrameColumns = 110;

function frame(span: Span, sources: readonly SourceFile[], colors: Colors, paint: (text: string) => string): string[] {
  const position = positionOf(span, sources);
  if (position.lineText.trim() === "") return [];
  const offset = Math.max(0, position.column - 1 - maxFrameColumns / 2);
  const shown = position.lineText.slice(offset, offset + maxFrameColumns);
  const from = position.column - 1 - offset;
  const to = position.endLine === position.line ? position.endColumn - 1 - offset : shown.length;
  const marks = "^".repeat(Math.max(1, Math.min(to, shown.length) - from));
  const gutter = String(position.line);
  return [
    `  ${colors.dim(`${gutter} |`)} ${visible(shown)}`,
    `  ${colors.dim(`${" ".repeat(gutter.length)} |`)} ${" ".repeat(from)}${paint(marks)}`,
  ];
}
