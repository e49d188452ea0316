import { allTasks, type Catalog, type CatalogWorkflow } from "../catalog.js";
import { type Diagnostic, warning } from "../diagnostic.js";
import { memoizePerWorkflow, reachableWorkflows } from "../memoize-per-workflow.js";
import type { WorkflowNode } from "../parse/parse-workflow.js";
import { resolvesAllReferences } from "../references.js";
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
  const project = { files, catalog, unread };
  const ofSchemas = [
    ...rules.schemas.ofProject.flatMap((rule) => rule(project)),
    ...catalog.workflows.flatMap((workflow) => checkSchemas(workflow, catalog)),
  ];
  const sound = withoutFaults(catalog.workflows, ofSchemas, catalog);
  const strict = sound.flatMap((workflow) => checkStrictSchemas(workflow, catalog));
  const enforceable = withoutFaults(sound, strict, catalog).filter((workflow) =>
    // What an unread file declares cannot be looked up, and no rule says that it is missing.
    reachableWorkflows(workflow, catalog).every((each) => resolvesAllReferences(each, catalog)),
  );
  const diagnostics = withoutRepeats([
    ...ofSchemas,
    ...rules.settings.ofProject.flatMap((rule) => rule(project)),
    ...catalog.workflows.flatMap((workflow) => checkSettings(workflow, catalog)),
    ...strict,
    ...enforceable.flatMap((workflow) => checkValues(workflow, catalog)),
    ...noTasks(files, catalog),
  ]);
  return diagnostics.some(isError) ? { diagnostics } : { catalog, diagnostics };
}

/** What the rules find in the schemas of one workflow. */
export const checkSchemas = memoizePerWorkflow((workflow, catalog): readonly Diagnostic[] =>
  rules.schemas.ofWorkflow.flatMap((rule) => rule(workflow, catalog)),
);

/** What the rules find in the settings of one workflow. */
export const checkSettings = memoizePerWorkflow((workflow, catalog): readonly Diagnostic[] =>
  rules.settings.ofWorkflow.flatMap((rule) => rule(workflow, catalog)),
);

/** The workflows that `found` has no error in, nor in any other whose schemas they use. */
function withoutFaults(
  workflows: readonly CatalogWorkflow[],
  found: readonly Diagnostic[],
  catalog: Catalog,
): readonly CatalogWorkflow[] {
  const faulty = new Set(found.filter(isError).flatMap(placesOf));
  if (faulty.size === 0) return workflows;
  return workflows.filter((workflow) => reachableWorkflows(workflow, catalog).every(({ file }) => !faulty.has(file)));
}

/** A mistake in `defaults` is every task's that has no setting of its own there, and told once. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const told = new Map(
    diagnostics.map((each) => [JSON.stringify([each.span.file, each.span.start, each.code, each.message]), each]),
  );
  return [...told.values()];
}

function placesOf({ span, related = [] }: Diagnostic): string[] {
  return [span.file, ...related.map((place) => place.span.file)];
}

/** Whether a diagnostic is more than a warning. */
export function isError({ severity }: Diagnostic): boolean {
  return severity === "error";
}

function noTasks(files: readonly WorkflowNode[], catalog: Catalog): Diagnostic[] {
  const [first] = [...files].sort((a, b) => (a.file < b.file ? -1 : 1));
  if (first === undefined || allTasks(catalog).length > 0) return [];
  return [
    warning("no-tasks", first.span, "No file declares a task, so there is nothing to generate. Add one under `tasks`."),
  ];
}
