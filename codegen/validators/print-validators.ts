import type { Catalog, CatalogTask, CatalogWorkflow } from "../catalog.js";
import { resolveReference } from "../references.js";
import { isReferenceAlone, printCheck } from "./print-schema.js";
import { type ValidatorImport, ValidatorModule } from "./validator-module.js";

/** The validators of a workflow: what its module says, and what that needs. */
export interface PrintedValidators {
  /** Empty where the workflow has neither contracts nor shared schemas. */
  readonly code: string;
  readonly imports: readonly ValidatorImport[];
}

/**
 * A validator for each payload and result, and a check for each shared schema, as plain code.
 *
 * Needs a catalog whose schemas have passed the rules. The text depends on nothing but the workflow and the names that
 * it refers to.
 */
export function printValidators(workflow: CatalogWorkflow, catalog: Catalog): PrintedValidators {
  const contracts = contractsOf(workflow);
  const module = new ValidatorModule(
    workflow,
    catalog,
    contracts.map(({ name }) => name),
  );
  const exports = contracts.map(({ name, hint, schema }) => {
    const { $ref } = isReferenceAlone(schema.value) ? schema.value : {};
    const target = $ref === undefined ? undefined : resolveReference($ref, workflow, catalog);
    const check =
      target?.kind === "schema"
        ? module.checkOf(target.workflow, target.schema)
        : printCheck(schema.value, { module, home: workflow, hint });
    return `export const ${name}: Validator = ${module.helper("validator")}(${check});`;
  });
  for (const { name, schema } of workflow.schemas) {
    printCheck(schema.value, { module, home: workflow, hint: name.value, name: `check${name.value}` });
  }
  const code = exports.length + workflow.schemas.length === 0 ? "" : module.text(exports);
  return { code, imports: [...module.imports.values()] };
}

/** Name of the validator that a workflow's validators module exports for one side of a contract. */
export function validatorName(task: CatalogTask, side: "Payload" | "Result"): string {
  return `${task.names.camel}${side}`;
}

function contractsOf(workflow: CatalogWorkflow) {
  return workflow.tasks.flatMap((task) =>
    (["Payload", "Result"] as const).flatMap((side) => {
      const schema = side === "Payload" ? task.payload : task.result;
      if (schema === undefined) return [];
      return [{ name: validatorName(task, side), hint: `${task.names.pascal}${side}`, schema }];
    }),
  );
}
