import type { CatalogTask, CatalogWorkflow } from "../catalog.js";
import type { PlannedModule } from "./emit-plan.js";
import { handlerPath, importPath, type Layout, modulePath } from "./layout.js";
import { runtimeNames } from "./runtime-names.js";

/** The handler's file as its author first sees it: the type is there, the work is not, and its jobs wait. */
export function planStub(workflow: CatalogWorkflow, task: CatalogTask, layout: Layout): PlannedModule {
  const path = handlerPath(workflow, task);
  const from = importPath(path, modulePath(layout, workflow));
  const parameters = task.payload ? "payload, job" : "_payload, job";
  return {
    kind: "module",
    path,
    header: [],
    declarations: [
      {
        kind: "const",
        name: task.names.camel,
        doc: task.description ?? `Handles \`${task.wireName}\`.`,
        type: { symbol: { name: `${task.names.pascal}Handler`, from, isType: true }, arguments: [] },
        value: { kind: "reference", symbol: runtimeNames.stub },
        note: [
          `Put your function in place of \`stub\`: async (${parameters}) => { … }`,
          "Until then the jobs of this task wait in their queue.",
        ],
      },
    ],
  };
}
