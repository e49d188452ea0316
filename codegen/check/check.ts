import { allTasks, type Catalog } from "../catalog.js";
import { type Diagnostic, isError, warning } from "../diagnostic.js";
import { memoizePerWorkflow } from "../memoize-per-workflow.js";
import type { WorkflowNode } from "../parse/parse-workflow.js";
import type { SourceFile } from "../source.js";
import { checkValues } from "./check-values.js";
import { link } from "./link.js";
import { rules } from "./rules.js";
import { soundPart } from "./sound-part.js";
import { checkStrictSchemas } from "./strict-schemas.js";

/** Check: trees to a catalog, or to every reason why there is none. `unread` are the files that gave no tree. */
export function check(
  files: readonly WorkflowNode[],
  unread: readonly SourceFile[] = [],
  hasUnknownPart = false,
): {
  readonly catalog?: Catalog;
  readonly diagnostics: readonly Diagnostic[];
} {
  const catalog = link(files);
  const project = { files, catalog, unread, hasUnknownPart };
  const ofSchemas = [
    ...rules.schemas.ofProject.flatMap((rule) => rule(project)),
    ...catalog.workflows.flatMap((workflow) => checkSchemas(workflow, catalog)),
  ];
  const sound = soundPart(catalog, ofSchemas);
  const strict = sound.workflows.flatMap((workflow) => checkStrictSchemas(workflow, sound));
  const enforceable = soundPart(sound, strict);
  const diagnostics = withoutRepeats([
    ...ofSchemas,
    ...rules.settings.ofProject.flatMap((rule) => rule(project)),
    ...catalog.workflows.flatMap((workflow) => checkSettings(workflow, catalog)),
    ...strict,
    ...enforceable.workflows.flatMap((workflow) => checkValues(workflow, enforceable)),
    ...(unread.length > 0 || hasUnknownPart ? [] : noTasks(files, catalog)),
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

/** A mistake in `defaults` is every task's that has no setting of its own there, and told once. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const told = new Map(
    diagnostics.map((each) => [JSON.stringify([each.span.file, each.span.start, each.code, each.message]), each]),
  );
  return [...told.values()];
}

function noTasks(files: readonly WorkflowNode[], catalog: Catalog): Diagnostic[] {
  const [first] = [...files].sort((a, b) => (a.file < b.file ? -1 : 1));
  if (first === undefined || allTasks(catalog).length > 0) return [];
  return [
    warning("no-tasks", first.span, "No file declares a task, so there is nothing to generate. Add one under `tasks`."),
  ];
}
