import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Diagnostic, error } from "../diagnostic.js";
import type { SourceFile } from "../source.js";

/**
 * The workflow files directly in `folder` (relative to `root`): everything that ends in `.yaml` or `.yml`.
 *
 * A file that cannot be read is a diagnostic, so that the others are still checked. Throws when there is no folder.
 */
export function readWorkflows(
  root: string,
  folder: string,
): { readonly sources: readonly SourceFile[]; readonly diagnostics: readonly Diagnostic[] } {
  const names = readdirSync(join(root, folder)).filter((name) => /\.ya?ml$/.test(name));
  const sources: SourceFile[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const name of names.sort()) {
    const path = `${folder}/${name}`;
    try {
      sources.push({ path, text: readFileSync(join(root, path), "utf8").replace(/^\uFEFF/, "") });
    } catch (cause) {
      diagnostics.push(error("unreadable-file", { file: path, start: 0, end: 0 }, describe(cause)));
    }
  }
  return { sources, diagnostics };
}

function describe(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  switch (code) {
    case "EISDIR":
      return "This is a folder, though its name is that of a workflow file. Rename it.";
    case "ENOENT":
      return "This is a link that leads nowhere. Remove it, or restore what it points to.";
    case "EACCES":
      return "The file may not be read. Check its permissions.";
    default:
      return `The file cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`;
  }
}
