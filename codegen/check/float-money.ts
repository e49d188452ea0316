import type { Catalog, CatalogWorkflow } from "../catalog.js";
import { type Diagnostic, quote, warning } from "../diagnostic.js";
import { isJsonObject, type Json } from "../json.js";
import { subschemas, typeNames } from "../json-schema.js";
import { keyPlaceAt, pointerTo } from "../parse/json-value.js";
import { ownSchemas, resolveReference } from "../references.js";
import { soundsLikeMoney } from "./money-words.js";
import type { WorkflowRule } from "./rule.js";

/** Money is counted in whole minor units: as a `number`, 0.1 + 0.2 is not 0.3. A warning, since a name proves nothing. */
export const checkFloatMoney: WorkflowRule = (workflow, catalog) =>
  ownSchemas(workflow).flatMap((node) =>
    subschemas(node.value).flatMap(({ pointer, schema }): Diagnostic[] =>
      Object.entries(isJsonObject(schema.properties) ? schema.properties : {})
        .filter(([name, property]) => soundsLikeMoney(name) && isFloat(property, workflow, catalog))
        .map(([name]) => {
          const message = `${quote(name)} sounds like money, and a ${quote("number")} cannot hold every sum exactly. Use an ${quote("integer")} of the smallest unit, such as kobo or cents.`;
          return warning("float-money", keyPlaceAt(node, pointerTo(`${pointer}/properties`, name)), message);
        }),
    ),
  );

function isFloat(schema: Json, workflow: CatalogWorkflow, catalog: Catalog): boolean {
  if (!isJsonObject(schema)) return false;
  if (typeof schema.$ref === "string") {
    const target = resolveReference(schema.$ref, workflow, catalog);
    return target.kind === "schema" && typeNames(target.schema.schema.value)?.includes("number") === true;
  }
  return typeNames(schema)?.includes("number") === true;
}
