import { allTasks, type Catalog } from "../catalog.js";
import { type Diagnostic, warning } from "../diagnostic.js";
import type { WorkflowNode } from "../parse/parse-workflow.js";
import type { SourceFile } from "../source.js";
import { checkValues } from "./check-values.js";
import { link } from "./link.js";
import { rules } from "./rules.js";
import { checkStrictSchemas } from "./strict-schemas.js";

/** Check: trees to a catalog, or to every reason why there is none. `unread` are the files that gave no tree. */
export function check(
  files: readonly WorkflowNode[],
  unread: readonly SourceFile[] = [],
): {
  readonly catalog?: Catalog;
  readonly diagnostics: readonly Diagnostic[];
} {
  const catalog = link(files);
  const found = rules.flatMap((rule) => rule({ files, catalog, unread }));
  if (hasErrors(found)) return { diagnostics: found };
  const strict = checkStrictSchemas(catalog);
  // What an unread file declares cannot be looked up.
  const values = strict.length + unread.length > 0 ? [] : checkValues(catalog);
  const all = [...found, ...strict, ...values, ...noTasks(files, catalog)];
  return hasErrors(all) ? { diagnostics: all } : { catalog, diagnostics: all };
}

function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((found) => found.severity === "error");
}

function noTasks(files: readonly WorkflowNode[], catalog: Catalog): Diagnostic[] {
  const [first] = [...files].sort((a, b) => (a.file < b.file ? -1 : 1));
  if (first === undefined || allTasks(catalog).length > 0) return [];
  return [
    warning("no-tasks", first.span, "No file declares a task, so there is nothing to generate. Add one under `tasks`."),
  ];
}
