import { posix } from "node:path";
import type { Diagnostic } from "../diagnostic.js";
import type { SourceFile, Span } from "../source.js";
import { positionOf } from "./position.js";

/**
 * Diagnostics as GitHub's workflow commands, which show them as annotations on a pull request.
 *
 * GitHub finds a file by its path in the repository: `folder` is where the project is in it, empty at its top. An annotation
 * has one place, so the related ones are told in its text.
 */
export function formatGithub(diagnostics: readonly Diagnostic[], sources: readonly SourceFile[], folder = ""): string {
  const place = (span: Span) => {
    const position = positionOf(span, sources);
    return { ...position, file: posix.join(folder, position.file) };
  };
  return diagnostics
    .map(({ severity, code, message, span, related = [] }) => {
      const { file, line, column, endLine, endColumn } = place(span);
      const properties = { file, line, col: column, endLine, endColumn, title: code };
      const written = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
      const others = related.map((other) => {
        const at = place(other.span);
        return `${at.file}:${at.line}:${at.column} ${other.message}`;
      });
      return `::${severity} ${written.join(",")}::${escapeData([message, ...others].join("\n"))}\n`;
    })
    .join("");
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
