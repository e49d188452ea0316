import type { Catalog, CatalogWorkflow } from "../catalog.js";
import { checkSchemas, checkSettings } from "../check/check.js";
import { checkStrictSchemas } from "../check/strict-schemas.js";
import { filesOf } from "../compile.js";
import { type Diagnostic, isError } from "../diagnostic.js";
import { memoize } from "../memoize.js";
import { usesOf } from "../memoize-per-workflow.js";
import type { Layout } from "../plan/layout.js";
import { asyncApiPieces } from "../plan/plan-asyncapi.js";
import { manifestPieces } from "../plan/plan-manifest.js";
import { workflowSection } from "../plan/plan-task-list.js";
import { resolvesAllReferences } from "../references.js";
import type { RenderedFiles } from "../render/render.js";

/** What can be found out about a workflow without the rest of its project, as data that one thread can send another. */
export interface WorkflowAnswers {
  readonly ofSchemas: readonly Diagnostic[];
  readonly ofSettings: readonly Diagnostic[];
  /** Absent where the rules found an error, in this workflow or in one that it may depend on. */
  readonly output?: {
    readonly strict: readonly Diagnostic[];
    readonly files: RenderedFiles;
    readonly section: string;
    readonly manifest: ReturnType<typeof manifestPieces>;
    readonly asyncApi: ReturnType<typeof asyncApiPieces>;
  };
}

/** The answers about one of the workflows of `catalog`. */
export function findAnswers(
  workflow: CatalogWorkflow,
  catalog: Catalog,
  { workflows: folder, generated }: Layout,
): WorkflowAnswers {
  return {
    ofSchemas: checkSchemas(workflow, catalog),
    ofSettings: checkSettings(workflow, catalog),
    // What comes after the rules relies on them.
    ...(usesOf(workflow, catalog).every(soundIn(catalog)) && {
      output: {
        strict: checkStrictSchemas(workflow, catalog),
        files: filesOf(workflow, catalog, folder, generated),
        section: workflowSection(workflow, catalog),
        manifest: manifestPieces(workflow, catalog),
        asyncApi: asyncApiPieces(workflow, catalog),
      },
    }),
  };
}

/** Asks once for each workflow: where many files declare queues, each of them is used by all. */
const soundIn = memoize((catalog: Catalog) =>
  memoize((workflow: CatalogWorkflow) => {
    const found = [...checkSchemas(workflow, catalog), ...checkSettings(workflow, catalog)];
    return !found.some(isError) && resolvesAllReferences(workflow, catalog);
  }),
);

/** Takes over what another thread found, so that nobody asks again. */
export function knowAnswers(
  { ofSchemas, ofSettings, output }: WorkflowAnswers,
  workflow: CatalogWorkflow,
  catalog: Catalog,
  { workflows: folder, generated }: Layout,
): void {
  checkSchemas.know(ofSchemas, workflow, catalog);
  checkSettings.know(ofSettings, workflow, catalog);
  if (output === undefined) return;
  checkStrictSchemas.know(output.strict, workflow, catalog);
  filesOf.know(output.files, workflow, catalog, folder, generated);
  workflowSection.know(output.section, workflow, catalog);
  manifestPieces.know(output.manifest, workflow, catalog);
  asyncApiPieces.know(output.asyncApi, workflow, catalog);
}
