import { workflowLanguage } from "../parse/workflow-language.js";
import type { PlannedFile } from "./emit-plan.js";
import type { Layout } from "./layout.js";

/**
 * `workflow.schema.json`: completion and checks in editors, from the same definitions that the parser reads.
 *
 * JSON Schema draft-07, the latest that the YAML language server knows.
 */
export function planEditorSchema(layout: Layout): PlannedFile {
  return {
    kind: "json",
    path: `${layout.generated}/workflow.schema.json`,
    value: {
      $schema: "http://json-schema.org/draft-07/schema#",
      title: "Taskwright workflow",
      ...workflowLanguage.editor,
    },
  };
}
