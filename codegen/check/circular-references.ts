import type { Catalog, CatalogWorkflow, SharedSchema } from "../catalog.js";
import { error, quote } from "../diagnostic.js";
import { inPlaceSubschemas } from "../json-schema.js";
import { resolveReference } from "../references.js";
import type { WorkflowRule } from "./rule.js";

/** No schema refers back to itself for the same value: checking it would never end. A list of itself is fine. */
export const checkCircularReferences: WorkflowRule = (workflow, catalog) => {
  const circular = findCircular(workflow, catalog);
  return workflow.schemas
    .filter((shared) => circular.has(shared))
    .map((shared) => {
      const message = `${quote(shared.name.value)} refers to itself before it says anything of the value, so no check of it would end. Refer to it from a property or from ${quote("items")}.`;
      return error("circular-reference", shared.name.span, message);
    });
};

interface Target {
  readonly workflow: CatalogWorkflow;
  readonly schema: SharedSchema;
}

interface Visit {
  readonly schema: SharedSchema;
  /** How many schemas were come to before it. */
  readonly index: number;
  /** The lowest index of those that it is known to lead to and that may lead to it. */
  lowest: number;
  /** Whether it may still turn out to be on a circle with others. */
  isOpen: boolean;
  /** Where it leads to and nobody has gone yet. */
  readonly ways: Target[];
}

/**
 * Those that lead back to themselves, among the schemas of the workflow and all that they lead to.
 *
 * Tarjan's algorithm, one walk for all: a walk from each takes minutes for a chain of thousands. It keeps its path in a
 * list, since such a chain is longer than calls can be deep.
 */
function findCircular(workflow: CatalogWorkflow, catalog: Catalog): ReadonlySet<SharedSchema> {
  const circular = new Set<SharedSchema>();
  const visits = new Map<SharedSchema, Visit>();
  const open: Visit[] = [];
  const path: Visit[] = [];
  const enter = (target: Target) => {
    const index = visits.size;
    const visit = { schema: target.schema, index, lowest: index, isOpen: true, ways: waysFrom(target, catalog) };
    visits.set(target.schema, visit);
    open.push(visit);
    path.push(visit);
  };
  const leave = (visit: Visit) => {
    path.pop();
    const before = path.at(-1);
    if (before !== undefined) before.lowest = Math.min(before.lowest, visit.lowest);
    if (visit.lowest < visit.index) return;
    const circle = open.splice(open.lastIndexOf(visit));
    for (const each of circle) {
      each.isOpen = false;
      if (circle.length > 1) circular.add(each.schema);
    }
  };
  for (const schema of workflow.schemas) {
    if (!visits.has(schema)) enter({ workflow, schema });
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const next = visit.ways.pop();
      const known = next && visits.get(next.schema);
      if (next === undefined) leave(visit);
      else if (known === undefined) enter(next);
      else {
        if (known === visit) circular.add(visit.schema);
        if (known.isOpen) visit.lowest = Math.min(visit.lowest, known.index);
      }
    }
  }
  return circular;
}

/** What the schema applies to its own value by reference. */
function waysFrom({ workflow, schema }: Target, catalog: Catalog): Target[] {
  return inPlaceSubschemas(schema.schema.value).flatMap(({ $ref }) => {
    const target = typeof $ref === "string" ? resolveReference($ref, workflow, catalog) : undefined;
    return target?.kind === "schema" ? [target] : [];
  });
}
