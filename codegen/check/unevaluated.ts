import type { Catalog, CatalogWorkflow } from "../catalog.js";
import { type Diagnostic, error, quote } from "../diagnostic.js";
import type { JsonObject } from "../json.js";
import { subschemas } from "../json-schema.js";
import { keyPlaceAt } from "../parse/json-value.js";
import { inPlaceSchemas, ownSchemas } from "../references.js";
import type { WorkflowRule } from "./rule.js";

/**
 * No `unevaluated…` stands where Ajv, which judges schedules and defaults, gets it wrong by the official test suite.
 *
 * It takes every item for evaluated beside `contains`, compares a length with `true` where only some branch has
 * `items`, and forgets which properties an `if` without `then` has looked at.
 */
export const checkUnevaluated: WorkflowRule = (workflow, catalog) =>
  ownSchemas(workflow).flatMap((node) =>
    subschemas(node.value).flatMap(({ pointer, schema }): Diagnostic[] => {
      const problem = findProblem(schema, workflow, catalog);
      if (problem === undefined) return [];
      const message = `${quote(problem.keyword)} cannot be enforced beside ${quote(problem.beside)}: ${problem.wayOut}`;
      return [error("not-enforceable", keyPlaceAt(node, `${pointer}/${problem.keyword}`), message)];
    }),
  );

function findProblem(schema: JsonObject, workflow: CatalogWorkflow, catalog: Catalog) {
  const { unevaluatedItems, unevaluatedProperties } = schema;
  if (unevaluatedItems === undefined && unevaluatedProperties === undefined) return undefined;
  const beside = inPlaceSchemas(schema, workflow, catalog).map((each) => each.schema);
  const chosen = ["contains", "anyOf", "oneOf", "if", "dependentSchemas"].find((keyword) =>
    beside.some((inner) => keyword in inner),
  );
  if (unevaluatedItems !== undefined && chosen !== undefined) {
    return { keyword: "unevaluatedItems", beside: chosen, wayOut: `say ${quote("items")} in each case instead.` };
  }
  if (unevaluatedProperties !== undefined && beside.some((inner) => "else" in inner && !("then" in inner))) {
    return { keyword: "unevaluatedProperties", beside: "else", wayOut: `give the ${quote("if")} a ${quote("then")}.` };
  }
  return undefined;
}
