import type { Catalog, CatalogTask, CatalogWorkflow } from "../catalog.js";
import { type Diagnostic, isError } from "../diagnostic.js";
import { subschemas } from "../json-schema.js";
import type { JsonNode } from "../parse/json-value.js";
import { ownSchemas, resolveReference, resolvesAllReferences } from "../references.js";

/**
 * The catalog without the schemas that `found` has an error in and those that refer to one of them, or to nothing: what is
 * left can be held against values, so that one run shows the faults of both.
 *
 * Errors elsewhere in a workflow, such as in its name, leave out the whole of it. Where nothing is wrong it is the same
 * catalog, so that answers about it stay known.
 */
export function soundPart(catalog: Catalog, found: readonly Diagnostic[]): Catalog {
  const starts = startsByFile(found.filter(isError));
  const isSound = catalog.workflows.every((workflow) => resolvesAllReferences(workflow, catalog));
  if (starts.size === 0 && isSound) return catalog;
  const faulty = new Set<JsonNode>();
  const workflows = catalog.workflows.filter((workflow) => {
    const own = starts.get(workflow.file);
    if (own === undefined) return true;
    const { nodes, isAllInSchemas } = faultyNodes(workflow, own);
    for (const node of isAllInSchemas ? nodes : ownSchemas(workflow)) faulty.add(node);
    return isAllInSchemas;
  });
  addReferring(faulty, catalog);
  if (faulty.size === 0) return { ...catalog, workflows };
  return { ...catalog, workflows: workflows.map((workflow) => without(faulty, workflow)) };
}

function startsByFile(found: readonly Diagnostic[]): ReadonlyMap<string, ReadonlySet<number>> {
  const starts = new Map<string, Set<number>>();
  for (const { span, related = [] } of found) {
    for (const { file, start } of [span, ...related.map((each) => each.span)]) {
      const own = starts.get(file) ?? new Set();
      starts.set(file, own.add(start));
    }
  }
  return starts;
}

/** By the places of their parts, and not by their extent: what an alias stands for is somewhere else. */
function faultyNodes(workflow: CatalogWorkflow, starts: ReadonlySet<number>) {
  const seen = new Set<number>();
  const nodes = new Set<JsonNode>();
  const look = (start: number | undefined, node: JsonNode) => {
    if (start === undefined || !starts.has(start)) return;
    seen.add(start);
    nodes.add(node);
  };
  // Some rules tell what is wrong with a shared schema at its name.
  for (const { name, schema } of workflow.schemas) look(name.span.start, schema);
  for (const node of ownSchemas(workflow)) {
    for (let at = 0; at < node.offsets.length; at += 4) {
      look(node.offsets[at], node);
      look(node.offsets[at + 2], node);
    }
  }
  return { nodes, isAllInSchemas: seen.size === starts.size };
}

/** Adds to `faulty` the schemas that refer to one of it, through others too, and those that refer to nothing. */
function addReferring(faulty: Set<JsonNode>, catalog: Catalog): void {
  const referring = new Map<JsonNode, JsonNode[]>();
  for (const workflow of catalog.workflows) {
    for (const node of ownSchemas(workflow)) {
      for (const { schema } of subschemas(node.value)) {
        if (typeof schema.$ref !== "string") continue;
        const target = resolveReference(schema.$ref, workflow, catalog);
        if (target.kind !== "schema") faulty.add(node);
        else {
          const others = referring.get(target.schema.schema) ?? [];
          others.push(node);
          referring.set(target.schema.schema, others);
        }
      }
    }
  }
  // A set hands out what is added to it while it is read.
  for (const node of faulty) for (const other of referring.get(node) ?? []) faulty.add(other);
}

/** The same workflow where it has none of them. */
function without(faulty: ReadonlySet<JsonNode>, workflow: CatalogWorkflow): CatalogWorkflow {
  if (!ownSchemas(workflow).some((node) => faulty.has(node))) return workflow;
  const isKept = (node: JsonNode | undefined): node is JsonNode => node !== undefined && !faulty.has(node);
  const keepContract = ({ payload, result, ...task }: CatalogTask): CatalogTask => ({
    ...task,
    ...(isKept(payload) && { payload }),
    ...(isKept(result) && { result }),
  });
  return {
    ...workflow,
    schemas: workflow.schemas.filter(({ schema }) => isKept(schema)),
    tasks: workflow.tasks.map(keepContract),
  };
}
