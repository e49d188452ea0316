import type { Catalog, CatalogTask, CatalogWorkflow } from "../catalog.js";
import { isReferenceAlone } from "../json-schema.js";
import { resolveReference } from "../references.js";
import { printCheck } from "./print-schema.js";
import { type ValidatorImport, ValidatorModule } from "./validator-module.js";

/** The checks of a workflow: what its module says of them, and what that needs. */
export interface PrintedValidators {
  /** The helpers that it takes from `validatorRuntime`, as a statement; empty where there are none. */
  readonly helpers: string;
  /** Constants and functions; empty where the workflow has neither contracts nor shared schemas. */
  readonly checks: string;
  readonly imports: readonly ValidatorImport[];
  /** The function that checks a side of a task's contract; undefined where it has none. */
  readonly checkOf: (task: CatalogTask, side: "payload" | "result") => string | undefined;
}

/**
 * A check for each payload, result and shared schema, as plain code.
 *
 * Needs a catalog whose schemas have passed the rules. The text depends on nothing but the workflow and the names that
 * it refers to.
 */
export function printValidators(workflow: CatalogWorkflow, catalog: Catalog): PrintedValidators {
  const module = new ValidatorModule(workflow, catalog);
  const names = new Map(
    contractsOf(workflow).map(({ schema, hint }) => {
      const { $ref } = isReferenceAlone(schema.value) ? schema.value : {};
      const target = $ref === undefined ? undefined : resolveReference($ref, workflow, catalog);
      module.helper("validator");
      return target?.kind === "schema"
        ? [schema, module.checkOf(target.workflow, target.schema)]
        : [schema, printCheck(schema.value, { module, home: workflow, hint })];
    }),
  );
  for (const { name, schema } of workflow.schemas) {
    printCheck(schema.value, { module, home: workflow, hint: name.value, name: `check${name.value}` });
  }
  return {
    helpers: module.helperLine(),
    checks: module.text(),
    imports: [...module.imports.values()],
    checkOf: (task, side) => {
      const schema = task[side];
      return schema && names.get(schema);
    },
  };
}

function contractsOf(workflow: CatalogWorkflow) {
  return workflow.tasks.flatMap((task) =>
    (["payload", "result"] as const).flatMap((side) => {
      const schema = task[side];
      if (schema === undefined) return [];
      return [{ hint: `${task.names.pascal}${side === "payload" ? "Payload" : "Result"}`, schema }];
    }),
  );
}
