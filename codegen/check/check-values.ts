import type { Ajv2020, ErrorObject } from "ajv/dist/2020.js";
import type { Catalog, CatalogTask, CatalogWorkflow } from "../catalog.js";
import { type Diagnostic, didYouMean, error, quote } from "../diagnostic.js";
import type { Json } from "../json.js";
import { namesInheritedProperty, type Subschema, subschemas } from "../json-schema.js";
import { memoizePerWorkflow, reachableWorkflows } from "../memoize-per-workflow.js";
import { type JsonNode, keyPlaceAt, placeAt, pointerTo } from "../parse/json-value.js";
import { ownSchemas, renameReferences } from "../references.js";
import { createAjv, createJudge, type Judge, simplify } from "./ajv.js";
import { checkDefaults } from "./check-defaults.js";
import { checkListedValues, listsDoubtfulValues } from "./emptiness/check-listed-values.js";

/**
 * Checks the values that a workflow file holds against their schemas: the schedules' payloads, the defaults, and the
 * values that a schema lists.
 *
 * Needs schemas that have passed the rules, those of other files that are referred to included. By Ajv, since the
 * compiler cannot run what it prints: that calls the runtime.
 */
export const checkValues = memoizePerWorkflow((workflow, catalog): readonly Diagnostic[] => {
  const judge = createJudge();
  return [
    ...findBadSchedules(workflow, catalog, judge),
    ...findBadDefaults(workflow, catalog, judge),
    ...findUselessLists(workflow, catalog),
  ];
});

function findBadSchedules(workflow: CatalogWorkflow, catalog: Catalog, judge: Judge): Diagnostic[] {
  const scheduled = workflow.tasks.filter((task) => task.schedules.some((schedule) => schedule.payload !== undefined));
  if (scheduled.length === 0) return [];
  const ajv = ajvFor(workflow, catalog);
  return scheduled.flatMap((task) => {
    if (task.payload === undefined) return [];
    const validate = ajv.compile(schemaWithIds(task.payload.value, workflow, catalog));
    return task.schedules.flatMap(({ payload }) => {
      if (payload === undefined) return [];
      const findings = judge(validate, payload.value);
      if (findings === undefined) {
        const message = `Whether this payload fits the contract of ${quote(task.wireName)} cannot be found out in time. ${simplify}`;
        return [error("schedule-payload", payload.span, message)];
      }
      return findings.map((finding) => describeFinding(task, payload, finding));
    });
  });
}

function describeFinding(task: CatalogTask, payload: JsonNode, finding: ErrorObject): Diagnostic {
  const { instancePath, keyword, params, message, parentSchema } = finding;
  const contract = `by the contract of ${quote(task.wireName)}`;
  if (keyword === "additionalProperties") {
    const name = String(params.additionalProperty);
    const known = Object.keys((parentSchema?.properties as object | undefined) ?? {});
    const place = keyPlaceAt(payload, pointerTo(instancePath, name));
    return error(
      "schedule-payload",
      place,
      `No property ${quote(name)} may be here, ${contract}.${didYouMean(name, known)}`,
    );
  }
  if (keyword === "enum") {
    const allowed = (params.allowedValues as readonly Json[]).map((value) => JSON.stringify(value));
    const given = JSON.stringify(finding.data) ?? "";
    const message = `${quote(given)} is not allowed here, ${contract}.${didYouMean(given, allowed)}`;
    return error("schedule-payload", placeAt(payload, instancePath), message);
  }
  const where = instancePath === "" ? "The payload" : quote(instancePath.slice(1).replaceAll("/", "."));
  return error(
    "schedule-payload",
    placeAt(payload, instancePath),
    `${where} ${message ?? "does not fit"}, ${contract}.`,
  );
}

function findBadDefaults(workflow: CatalogWorkflow, catalog: Catalog, judge: Judge): Diagnostic[] {
  const schemas = ownSchemas(workflow).filter((schema) => subschemas(schema.value).some(hasDefault));
  if (schemas.length === 0) return [];
  const ajv = ajvFor(workflow, catalog);
  return schemas.flatMap((schema) => checkDefaults(schema, withIds(schema.value, workflow, catalog), ajv, judge));
}

function hasDefault({ schema }: Subschema): boolean {
  return "default" in schema;
}

function findUselessLists(workflow: CatalogWorkflow, catalog: Catalog): Diagnostic[] {
  const schemas = ownSchemas(workflow).filter((node) => listsDoubtfulValues(node, workflow, catalog));
  if (schemas.length === 0) return [];
  const ajv = ajvFor(workflow, catalog);
  // Of its own: where one of these takes too long, nothing is told, and the others are judged all the same.
  const judge = createJudge();
  return schemas.flatMap((node) =>
    checkListedValues(node, withIds(node.value, workflow, catalog), { workflow, catalog, ajv, judge }),
  );
}

/** With the schemas of all workflows that this one's refer to. */
function ajvFor(workflow: CatalogWorkflow, catalog: Catalog): Ajv2020 {
  const reachable = reachableWorkflows(workflow, catalog);
  const schemas = [...reachable.flatMap(({ schemas }) => schemas.map(({ schema }) => schema)), ...ownSchemas(workflow)];
  const ajv = createAjv({ ownProperties: schemas.some(({ value }) => namesInheritedProperty(value)) });
  for (const other of reachable) ajv.addSchema(sharedSchemas(other, catalog));
  return ajv;
}

function sharedSchemas(workflow: CatalogWorkflow, catalog: Catalog) {
  return {
    $id: workflowId(workflow),
    $defs: Object.fromEntries(
      workflow.schemas.map(({ name, schema }) => [name.value, withIds(schema.value, workflow, catalog)]),
    ),
  };
}

/** Absolute, so that Ajv resolves it alike from anywhere. */
function workflowId(workflow: CatalogWorkflow): string {
  return `taskwright:${workflow.name.value}`;
}

function schemaWithIds(schema: Json, workflow: CatalogWorkflow, catalog: Catalog) {
  const resolved = withIds(schema, workflow, catalog);
  return typeof resolved === "boolean" ? resolved : { allOf: [resolved] };
}

function withIds(schema: Json, workflow: CatalogWorkflow, catalog: Catalog): Json {
  return renameReferences(
    schema,
    workflow,
    catalog,
    (owner, shared) => `${workflowId(owner)}#/$defs/${shared.name.value}`,
  );
}
