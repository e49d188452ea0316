import type { Catalog, CatalogWorkflow } from "./catalog.js";
import { memoize } from "./memoize.js";
import { referencedWorkflows } from "./references.js";

/** A question about a workflow, whose answer is kept for as long as it holds. */
export interface PerWorkflow<Value, More extends readonly string[]> {
  (workflow: CatalogWorkflow, catalog: Catalog, ...more: More): Value;
  /** Takes over an answer that was found elsewhere from the same files. */
  readonly know: (value: Value, workflow: CatalogWorkflow, catalog: Catalog, ...more: More) => void;
}

/**
 * `answer`, which is asked again only when the workflow has changed, or one whose schemas it uses, or a file that
 * declares queues: no other can matter to it.
 *
 * `more` are texts that the answer depends on as well.
 */
export function memoizePerWorkflow<Value, More extends readonly string[]>(
  answer: (workflow: CatalogWorkflow, catalog: Catalog, ...more: More) => Value,
): PerWorkflow<Value, More> {
  const known = new WeakMap<object, { readonly uses: readonly unknown[]; readonly value: Value }>();
  const know = (value: Value, workflow: CatalogWorkflow, catalog: Catalog, ...more: More) => {
    known.set(workflow, { uses: [...usesOf(workflow, catalog), ...more], value });
  };
  const ask = (workflow: CatalogWorkflow, catalog: Catalog, ...more: More) => {
    const found = known.get(workflow);
    if (found !== undefined && isSame(found.uses, [...usesOf(workflow, catalog), ...more])) return found.value;
    const value = answer(workflow, catalog, ...more);
    know(value, workflow, catalog, ...more);
    return value;
  };
  return Object.assign(ask, { know });
}

/** The workflow and those that its schemas refer to, directly or through others. */
export function reachableWorkflows(workflow: CatalogWorkflow, catalog: Catalog): readonly CatalogWorkflow[] {
  const known = reachableIn(catalog);
  const before = known.get(workflow);
  if (before !== undefined) return before;
  const found = new Set([workflow]);
  // A set hands out what is added to it while it is read.
  for (const from of found) {
    for (const other of referencedWorkflows(from, catalog)) found.add(other);
  }
  known.set(workflow, [...found]);
  return [...found];
}

const reachableIn = memoize((_catalog: Catalog) => new Map<CatalogWorkflow, readonly CatalogWorkflow[]>());

/** All that an answer about a workflow may depend on. */
export function usesOf(workflow: CatalogWorkflow, catalog: Catalog): CatalogWorkflow[] {
  return [...reachableWorkflows(workflow, catalog), ...withQueues(catalog)];
}

const withQueues = memoize((catalog: Catalog): readonly CatalogWorkflow[] =>
  catalog.workflows.filter(({ node }) => node.settings.queues !== undefined),
);

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}
