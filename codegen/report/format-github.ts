import type { Diagnostic } from "../diagnostic.js";
import type { SourceFile } from "../source.js";
import { positionOf } from "./position.js";

/** Diagnostics as GitHub's workflow commands, which show them as annotations on a pull request. */
export function formatGithub(diagnostics: readonly Diagnostic[], sources: readonly SourceFile[]): string {
  return diagnostics
    .map(({ severity, code, message, span }) => {
      const { file, line, column, endLine, endColumn } = positionOf(span, sources);
      const properties = { file, line, col: column, endLine, endColumn, title: code };
      const written = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
      return `::${severity} ${written.join(",")}::${escapeData(message)}\n`;
    })
    .join("");
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
