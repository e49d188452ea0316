import type { Catalog, CatalogWorkflow } from "../catalog.js";
import type { EmitPlan, PlannedFile } from "./emit-plan.js";
import type { Layout } from "./layout.js";
import { planAsyncApi } from "./plan-asyncapi.js";
import { planDefinitions } from "./plan-definitions.js";
import { planEditorSchema } from "./plan-editor-schema.js";
import { planManifest } from "./plan-manifest.js";
import { planCatalogModule, planIndexModule, planWorkerModule } from "./plan-project.js";
import { planStub } from "./plan-stub.js";
import { planTaskList } from "./plan-task-list.js";
import { planWorkflow } from "./plan-workflow.js";

/** Plan: a workflow of a checked catalog to the files that it stands for, as data. */
export function planWorkflowFiles(workflow: CatalogWorkflow, catalog: Catalog, layout: Layout): EmitPlan {
  const isEmpty = workflow.tasks.length + workflow.schemas.length === 0;
  return {
    generated: isEmpty ? [] : [planWorkflow(workflow, catalog, layout), planDefinitions(workflow, catalog, layout)],
    stubs: workflow.tasks.map((task) => planStub(workflow, task, layout)),
  };
}

/** Plan: a checked catalog to the files that stand for all of it. */
export function planProjectFiles(catalog: Catalog, layout: Layout): PlannedFile[] {
  return [
    planCatalogModule(catalog, layout),
    planIndexModule(catalog, layout),
    planWorkerModule(catalog, layout),
    planManifest(catalog, layout),
    planAsyncApi(catalog, layout),
    planTaskList(catalog, layout),
    planEditorSchema(catalog, layout),
  ];
}
