import { allTasks, type Catalog } from "../catalog.js";
import { type Diagnostic, warning } from "../diagnostic.js";
import type { WorkflowNode } from "../parse/parse-workflow.js";
import type { SourceFile } from "../source.js";
import { compileContracts, type ValidatorCode } from "./compile-contracts.js";
import { link } from "./link.js";
import { rules } from "./rules.js";

/** A catalog that may be generated from: every rule has passed, every contract compiles. */
export interface CheckedCatalog extends Catalog {
  readonly validators: ValidatorCode;
}

/** Check: trees to a catalog, or to every reason why there is none. `unread` are the files that gave no tree. */
export function check(
  files: readonly WorkflowNode[],
  unread: readonly SourceFile[] = [],
): {
  readonly catalog?: CheckedCatalog;
  readonly diagnostics: readonly Diagnostic[];
} {
  const catalog = link(files);
  const found = rules.flatMap((rule) => rule({ files, catalog, unread }));
  if (hasErrors(found)) return { diagnostics: found };
  const { validators, diagnostics } = compileContracts(catalog);
  const all = [...found, ...diagnostics, ...noTasks(files, catalog)];
  return hasErrors(all) ? { diagnostics: all } : { catalog: { ...catalog, validators }, diagnostics: all };
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
