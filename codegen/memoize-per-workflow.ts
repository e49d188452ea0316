import type { Catalog, CatalogWorkflow } from "./catalog.js";
import { memoize } from "./memoize.js";
import { referencedWorkflows } from "./references.js";

/**
 * `answer`, which is asked again only when the workflow's file has changed, or one whose schemas it uses, or one that
 * declares queues: no other file can matter to it.
 *
 * `more` are texts that the answer depends on as well.
 */
export function memoizePerWorkflow<Value, More extends readonly string[]>(
  answer: (workflow: CatalogWorkflow, catalog: Catalog, ...more: More) => Value,
): (workflow: CatalogWorkflow, catalog: Catalog, ...more: More) => Value {
  const known = new WeakMap<object, { readonly uses: readonly unknown[]; readonly value: Value }>();
  return (workflow, catalog, ...more) => {
    const reachable = reachableWorkflows(workflow, catalog).map((other) => other.node);
    const uses = [...reachable, ...filesWithQueues(catalog), ...more];
    const found = known.get(workflow.node);
    if (found !== undefined && isSame(found.uses, uses)) return found.value;
    const value = answer(workflow, catalog, ...more);
    known.set(workflow.node, { uses, value });
    return value;
  };
}

/** The workflow and those that its schemas refer to, directly or through others. */
export function reachableWorkflows(workflow: CatalogWorkflow, catalog: Catalog): CatalogWorkflow[] {
  const found = new Set([workflow]);
  // A set hands out what is added to it while it is read.
  for (const from of found) {
    for (const other of referencedWorkflows(from, catalog)) found.add(other);
  }
  return [...found];
}

const filesWithQueues = memoize((catalog: Catalog): readonly object[] =>
  catalog.workflows.filter(({ node }) => node.settings.queues !== undefined).map(({ node }) => node),
);

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}
