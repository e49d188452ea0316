import { realpathSync } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";
import picocolors from "picocolors";
import { type Diagnostic, formatGithub, formatJson, formatText, type SourceFile } from "../codegen/index.js";
import { count } from "./count.js";

export type Format = "text" | "json" | "github";

/** Prints faults of the project in the current folder: for people on standard error, for programs on standard output. */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: readonly SourceFile[],
  format: Format,
): void {
  switch (format) {
    case "json":
      process.stdout.write(formatJson(diagnostics, sources));
      return;
    case "github":
      process.stdout.write(formatGithub(diagnostics, sources, folderInRepository()));
      return;
    case "text": {
      if (diagnostics.length === 0) return;
      const colors = picocolors.createColors(picocolors.isColorSupported && process.stderr.isTTY === true);
      process.stderr.write(`${formatText(diagnostics, sources, colors)}\n`);
      const errors = diagnostics.filter((found) => found.severity === "error").length;
      const warnings = diagnostics.length - errors;
      const counts = [count(errors, "error"), count(warnings, "warning")].filter((text) => !text.startsWith("0 "));
      console.error(`${counts.join(" and ")}.${errors > 0 ? " Nothing was written." : ""}`);
    }
  }
}

/** Where the current folder is in the repository that GitHub has checked out; empty at its top, and where there is none. */
function folderInRepository(): string {
  const workspace = process.env.GITHUB_WORKSPACE;
  if (workspace === undefined || workspace === "") return "";
  try {
    const folder = relative(realpathSync(workspace), realpathSync(process.cwd()));
    const isOutside = isAbsolute(folder) || folder.split(sep)[0] === "..";
    return isOutside ? "" : folder.split(sep).join("/");
  } catch {
    // A folder that is not here, as when a container is given the path outside of it.
    return "";
  }
}
