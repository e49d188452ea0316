import type { Catalog } from "../catalog.js";
import { memoizePerWorkflow } from "../memoize-per-workflow.js";
import type { EmitPlan } from "./emit-plan.js";
import type { Layout } from "./layout.js";
import { planAsyncApi } from "./plan-asyncapi.js";
import { planEditorSchema } from "./plan-editor-schema.js";
import { planManifest } from "./plan-manifest.js";
import { planCatalogModule, planIndexModule, planWorkerModule } from "./plan-project.js";
import { planStub } from "./plan-stub.js";
import { planTaskList } from "./plan-task-list.js";
import { planValidators } from "./plan-validators.js";
import { planWorkflow } from "./plan-workflow.js";

/** Plan: a checked catalog to every file that it stands for, as data. */
export function plan(catalog: Catalog, layout: Layout): EmitPlan {
  const generating = catalog.workflows.filter((workflow) => workflow.tasks.length + workflow.schemas.length > 0);
  return {
    generated: [
      ...generating.map((workflow) => planWorkflow(workflow, catalog, layout)),
      ...generating.flatMap((workflow) => planValidators(workflow, catalog, layout)),
      planCatalogModule(catalog, layout),
      planIndexModule(catalog, layout),
      planWorkerModule(catalog, layout),
      planManifest(catalog, layout),
      planAsyncApi(catalog, layout),
      planTaskList(catalog, layout),
      planEditorSchema(catalog, layout),
    ],
    stubs: catalog.workflows.flatMap((workflow) => stubsOf(workflow, catalog, layout.workflows, layout.generated)),
  };
}

const stubsOf = memoizePerWorkflow((workflow, _catalog, workflows: string, generated: string) =>
  workflow.tasks.map((task) => planStub(workflow, task, { workflows, generated })),
);
