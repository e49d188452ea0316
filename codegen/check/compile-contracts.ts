import type { Ajv2020, ErrorObject } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import type { Catalog, CatalogTask, CatalogWorkflow } from "../catalog.js";
import { type Diagnostic, error, quote } from "../diagnostic.js";
import { isJsonObject, type Json } from "../json.js";
import { namesInheritedProperty, type Subschema, subschemas } from "../json-schema.js";
import { memoizePerWorkflow, reachableWorkflows } from "../memoize-per-workflow.js";
import { type JsonNode, placeAt } from "../parse/json-value.js";
import { ownSchemas, renameReferences } from "../references.js";
import { createAjv, findingsOf } from "./ajv.js";
import { checkDefaults } from "./check-defaults.js";
import { validatorModule } from "./validator-module.js";

/** The body of each workflow's validators module, by workflow name; a workflow without contracts has none. */
export type ValidatorCode = ReadonlyMap<string, string>;

/**
 * Compiles every payload and result schema, once, and checks the schedules' payloads and the schemas' defaults.
 *
 * Needs a catalog whose schemas have passed the rules: what Ajv still refuses is its strict mode's own findings.
 */
export function compileContracts(catalog: Catalog): {
  readonly validators: ValidatorCode;
  readonly diagnostics: readonly Diagnostic[];
} {
  const compiled = catalog.workflows.map((workflow) => ({ workflow, ...compileWorkflow(workflow, catalog) }));
  return {
    validators: new Map(compiled.flatMap(({ workflow, code }) => (code === "" ? [] : [[workflow.name.value, code]]))),
    diagnostics: compiled.flatMap(({ diagnostics }) => diagnostics),
  };
}

interface CompiledWorkflow {
  /** Empty where there is no contract, or none that compiles. */
  readonly code: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** With an Ajv of its own, so that a module's text does not depend on which other workflows there are. */
const compileWorkflow = memoizePerWorkflow((workflow, catalog): CompiledWorkflow => {
  const contracts = workflow.tasks.flatMap((task) => taskContracts(workflow, task));
  const ajv = ajvFor(workflow, catalog);
  const faults = contracts.flatMap((contract) => compile(contract, workflow, catalog, ajv));
  if (faults.length > 0) return { code: "", diagnostics: faults };
  const exports = Object.fromEntries(contracts.map(({ name, id }) => [name, id]));
  return {
    code: contracts.length === 0 ? "" : validatorModule(standalone.default(ajv, exports)),
    diagnostics: [...findBadSchedules(workflow, catalog), ...findBadDefaults(workflow, catalog)],
  };
});

function ajvFor(
  workflow: CatalogWorkflow,
  catalog: Catalog,
  options: { readonly isExecutable?: boolean } = {},
): Ajv2020 {
  const reachable = reachableWorkflows(workflow, catalog);
  const contracts = workflow.tasks.flatMap((task) => taskContracts(workflow, task));
  const schemas = [...reachable.flatMap(({ schemas }) => schemas), ...contracts].map(({ schema }) => schema.value);
  const ajv = createAjv({ ...options, ownProperties: schemas.some(namesInheritedProperty) });
  for (const other of reachable) ajv.addSchema(sharedSchemas(other, catalog));
  return ajv;
}

function findBadDefaults(workflow: CatalogWorkflow, catalog: Catalog): Diagnostic[] {
  const schemas = ownSchemas(workflow).filter((schema) => subschemas(schema.value).some(hasDefault));
  if (schemas.length === 0) return [];
  const ajv = createAjv({ strict: false, isExecutable: true });
  for (const other of reachableWorkflows(workflow, catalog)) ajv.addSchema(sharedSchemas(other, catalog));
  return schemas.flatMap((schema) => checkDefaults(schema, withIds(schema.value, workflow, catalog), ajv));
}

function hasDefault({ schema }: Subschema): boolean {
  return "default" in schema;
}

/** Name of the validator that a workflow's validators module exports for one side of a contract. */
export function validatorName(task: CatalogTask, side: "Payload" | "Result"): string {
  return `${task.names.camel}${side}`;
}

interface Contract {
  readonly name: string;
  readonly id: string;
  readonly schema: JsonNode;
}

function taskContracts(workflow: CatalogWorkflow, task: CatalogTask): Contract[] {
  const contract = (side: "Payload" | "Result", schema: JsonNode | undefined): Contract[] =>
    schema === undefined ? [] : [{ name: validatorName(task, side), id: contractId(workflow, task, side), schema }];
  return [...contract("Payload", task.payload), ...contract("Result", task.result)];
}

function contractId(workflow: CatalogWorkflow, task: CatalogTask, side: "Payload" | "Result"): string {
  return `${workflowId(workflow)}:${validatorName(task, side)}`;
}

/** Absolute, so that Ajv resolves it alike from anywhere. */
function workflowId(workflow: CatalogWorkflow): string {
  return `taskwright:${workflow.name.value}`;
}

function sharedSchemas(workflow: CatalogWorkflow, catalog: Catalog) {
  return {
    $id: workflowId(workflow),
    $defs: Object.fromEntries(
      workflow.schemas.map(({ name, schema }) => [name.value, withIds(schema.value, workflow, catalog)]),
    ),
  };
}

function withIds(schema: Json, workflow: CatalogWorkflow, catalog: Catalog): Json {
  return renameReferences(
    schema,
    workflow,
    catalog,
    (owner, shared) => `${workflowId(owner)}#/$defs/${shared.name.value}`,
  );
}

function compile({ id, schema }: Contract, workflow: CatalogWorkflow, catalog: Catalog, ajv: Ajv2020): Diagnostic[] {
  const resolved = withIds(schema.value, workflow, catalog);
  try {
    // A boolean schema cannot carry its own id.
    ajv.addSchema(isJsonObject(resolved) ? { ...resolved, $id: id } : { $id: id, allOf: [resolved] });
    ajv.getSchema(id);
    return [];
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const place = /at (?:path )?"([^"#]*)#([^"]*)"/.exec(message);
    const isHere = place?.[1] === id || place?.[1] === "";
    const span = isHere ? placeAt(schema, place?.[2] ?? "") : schema.span;
    return [error("invalid-schema", span, `The schema cannot be enforced as it stands: ${reasonOf(message)}.`)];
  }
}

/** Ajv's words without its own names for things; where they hide the way out, ours. */
function reasonOf(message: string): string {
  const tuple = /"prefixItems" is (\d+)-tuple/.exec(message);
  if (tuple) return `a tuple says its length. Add ${quote(`minItems: ${tuple[1]}`)} and ${quote("items: false")}`;
  return message
    .replace(/^strict mode: /, "")
    .replace(/ at (path )?"[^"]*"/, "")
    .replace(/ \(use allowMatchingProperties\)$/, ". Keep them apart")
    .replace(/ \(strict\w+\)$/, "");
}

function findBadSchedules(workflow: CatalogWorkflow, catalog: Catalog): Diagnostic[] {
  const scheduled = workflow.tasks.filter((task) => task.schedules.some((schedule) => schedule.payload !== undefined));
  if (scheduled.length === 0) return [];
  const ajv = ajvFor(workflow, catalog, { isExecutable: true });
  return scheduled.flatMap((task) => {
    for (const contract of taskContracts(workflow, task)) compile(contract, workflow, catalog, ajv);
    const validate = ajv.getSchema(contractId(workflow, task, "Payload"));
    return task.schedules.flatMap(({ payload }) => {
      if (payload === undefined || validate === undefined) return [];
      return findingsOf(validate, payload.value).map((finding) =>
        error("schedule-payload", placeAt(payload, finding.instancePath), describeFinding(task, finding)),
      );
    });
  });
}

function describeFinding(task: CatalogTask, { instancePath, keyword, params, message }: ErrorObject): string {
  const where = instancePath === "" ? "The payload" : quote(instancePath.slice(1).replaceAll("/", "."));
  const extra = keyword === "additionalProperties" ? `: ${quote(String(params.additionalProperty))}` : "";
  return `${where} ${message ?? "does not fit"}${extra}, by the contract of ${quote(task.wireName)}.`;
}
