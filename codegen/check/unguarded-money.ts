import type { Catalog, CatalogTask, CatalogWorkflow } from "../catalog.js";
import { quote, warning } from "../diagnostic.js";
import { isJsonObject, type Json } from "../json.js";
import { typeNames } from "../json-schema.js";
import { memoize } from "../memoize.js";
import { inPlaceSchemas, resolveReference } from "../references.js";
import { soundsLikeMoney } from "./money-words.js";
import type { WorkflowRule } from "./rule.js";

/**
 * A task that seems to move money says what keeps it from moving twice. A warning, since names prove nothing: it looks
 * for a sum in whole units, on a queue that outweighs another.
 */
export const checkUnguardedMoney: WorkflowRule = (workflow, catalog) => {
  const heaviest = heaviestQueues(catalog);
  return workflow.tasks.flatMap((task) => {
    if (task.idempotency !== undefined || !heaviest.has(task.queue.value)) return [];
    const sum = sumOf(task, workflow, catalog);
    if (sum === undefined) return [];
    const message =
      `${quote(task.name.value)} seems to move money (${quote(sum)}, on the queue of the highest weight), and a duplicate or a crash ` +
      `would move it twice. Declare ${quote("idempotency: { key: [reference] }")} with the field that names one movement.`;
    return [warning("unguarded-money", task.name.span, message)];
  });
};

/** None where all weigh the same. */
const heaviestQueues = memoize(({ queues }: Catalog): ReadonlySet<string> => {
  const weights = queues.map(({ weight }) => weight);
  // One by one: there may be more than a call takes arguments.
  const most = weights.reduce((a, b) => Math.max(a, b), 0);
  const least = weights.reduce((a, b) => Math.min(a, b), most);
  return new Set(queues.filter(({ weight }) => weight === most && most !== least).map(({ name }) => name));
});

function sumOf({ payload }: CatalogTask, workflow: CatalogWorkflow, catalog: Catalog): string | undefined {
  if (payload === undefined) return undefined;
  for (const { schema, workflow: home } of inPlaceSchemas(payload.value, workflow, catalog)) {
    const properties = Object.entries(isJsonObject(schema.properties) ? schema.properties : {});
    const sum = properties.find(([name, property]) => soundsLikeMoney(name) && isWhole(property, home, catalog));
    if (sum !== undefined) return sum[0];
  }
  return undefined;
}

function isWhole(schema: Json, workflow: CatalogWorkflow, catalog: Catalog): boolean {
  if (isJsonObject(schema) && typeof schema.$ref === "string") {
    const target = resolveReference(schema.$ref, workflow, catalog);
    return target.kind === "schema" && typeNames(target.schema.schema.value)?.includes("integer") === true;
  }
  return typeNames(schema)?.includes("integer") === true;
}
