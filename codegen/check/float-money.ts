import type { Catalog, CatalogWorkflow } from "../catalog.js";
import { type Diagnostic, quote, warning } from "../diagnostic.js";
import { isJsonObject, type Json, type JsonObject } from "../json.js";
import { subschemas, typeNames } from "../json-schema.js";
import { keyPlaceAt, pointerTo } from "../parse/json-value.js";
import { followReferences, ownSchemas } from "../references.js";
import { soundsLikeMoney } from "./money-words.js";
import type { WorkflowRule } from "./rule.js";

/** Money is counted in whole minor units: as a `number`, 0.1 + 0.2 is not 0.3. A warning, since a name proves nothing. */
export const checkFloatMoney: WorkflowRule = (workflow, catalog) => [
  ...workflow.schemas
    .filter(({ name, schema }) => soundsLikeMoney(name.value) && holdsFloat(schema.value, workflow, catalog))
    .map(({ name }) => warning("float-money", name.span, describe(name.value))),
  ...ownSchemas(workflow).flatMap((node) =>
    subschemas(node.value).flatMap(({ pointer, schema }): Diagnostic[] =>
      Object.entries(isJsonObject(schema.properties) ? schema.properties : {})
        .filter(([name, property]) => soundsLikeMoney(name) && holdsFloat(property, workflow, catalog))
        .map(([name]) =>
          warning("float-money", keyPlaceAt(node, pointerTo(`${pointer}/properties`, name)), describe(name)),
        ),
    ),
  ),
];

function describe(name: string): string {
  return `${quote(name)} sounds like money, and a ${quote("number")} cannot hold every sum exactly. Use an ${quote("integer")} of the smallest unit, such as kobo or cents.`;
}

/**
 * Whether a value may be a `number`, or a list or map of them. What a property inside it holds has a name of its own, as
 * has a shared schema that sounds like money itself.
 */
function holdsFloat(schema: Json, workflow: CatalogWorkflow, catalog: Catalog): boolean {
  return followReferences(schema, workflow, catalog, sameMoney).some((each) =>
    typeNames(each.schema)?.includes("number"),
  );
}

/** Without the references to schemas that sound like money, which are told themselves. */
function sameMoney(schema: Json): JsonObject[] {
  if (!isJsonObject(schema)) return [];
  const { allOf, anyOf, oneOf, items, prefixItems, additionalProperties, $ref, ...others } = schema;
  const parts = [allOf, anyOf, oneOf, items, prefixItems, additionalProperties].flatMap((part) => part ?? []);
  const isTold = typeof $ref === "string" && soundsLikeMoney($ref.slice($ref.lastIndexOf("/") + 1));
  return [isTold ? others : schema, ...parts.flatMap(sameMoney)];
}
