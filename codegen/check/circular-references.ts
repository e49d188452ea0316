import type { Catalog, CatalogWorkflow, SharedSchema } from "../catalog.js";
import { error, quote } from "../diagnostic.js";
import type { Json } from "../json.js";
import { inPlaceSubschemas } from "../json-schema.js";
import { resolveReference } from "../references.js";
import type { WorkflowRule } from "./rule.js";

/** No schema refers back to itself for the same value: checking it would never end. A list of itself is fine. */
export const checkCircularReferences: WorkflowRule = (workflow, catalog) =>
  workflow.schemas
    .filter((shared) => leadsBack(shared, workflow, catalog))
    .map((shared) => {
      const message = `${quote(shared.name.value)} refers to itself before it says anything of the value, so no check of it would end. Refer to it from a property or from ${quote("items")}.`;
      return error("circular-reference", shared.name.span, message);
    });

function leadsBack(start: SharedSchema, workflow: CatalogWorkflow, catalog: Catalog): boolean {
  const seen = new Set<SharedSchema>();
  const waiting = targets(start.schema.value, workflow, catalog);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.schema === start) return true;
    if (seen.has(next.schema)) continue;
    seen.add(next.schema);
    waiting.push(...targets(next.schema.schema.value, next.workflow, catalog));
  }
  return false;
}

/** What the schema applies to its own value by reference. */
function targets(schema: Json, workflow: CatalogWorkflow, catalog: Catalog) {
  return inPlaceSubschemas(schema).flatMap(({ $ref }) => {
    const target = typeof $ref === "string" ? resolveReference($ref, workflow, catalog) : undefined;
    return target?.kind === "schema" ? [target] : [];
  });
}
