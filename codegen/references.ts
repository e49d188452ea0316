import type { Catalog, CatalogWorkflow, SharedSchema } from "./catalog.js";
import type { Json, JsonObject } from "./json.js";
import { inPlaceSubschemas, mapSubschemas, subschemas } from "./json-schema.js";
import { memoize } from "./memoize.js";
import type { JsonNode } from "./parse/json-value.js";

/** What a `$ref` leads to, or why it leads nowhere. */
export type Reference =
  | { readonly kind: "schema"; readonly workflow: CatalogWorkflow; readonly schema: SharedSchema }
  | { readonly kind: "malformed" }
  | { readonly kind: "unknown-file"; readonly file: string }
  | { readonly kind: "unknown-schema"; readonly workflow: CatalogWorkflow; readonly name: string };

/**
 * Resolves the `$ref` of a schema written in `from`: `#/schemas/Name`, or `file.yaml#/schemas/Name` where `file.yaml`
 * is another workflow file.
 */
export function resolveReference(ref: string, from: CatalogWorkflow, catalog: Catalog): Reference {
  const match = /^([^#]*)#\/schemas\/([^/]+)$/.exec(ref);
  if (match === null) return { kind: "malformed" };
  const [, file = "", name = ""] = match;
  const workflow = file === "" ? from : byFileName(catalog).get(file.replace(/^\.\//, ""));
  if (workflow === undefined) return { kind: "unknown-file", file };
  const schema = byName(workflow).get(name);
  return schema === undefined ? { kind: "unknown-schema", workflow, name } : { kind: "schema", workflow, schema };
}

const byName = memoize(
  ({ schemas }: CatalogWorkflow): ReadonlyMap<string, SharedSchema> =>
    new Map([...schemas].reverse().map((schema) => [schema.name.value, schema])),
);

const byFileName = memoize(
  (catalog: Catalog): ReadonlyMap<string, CatalogWorkflow> =>
    new Map([...catalog.workflows].reverse().map((workflow) => [fileName(workflow), workflow])),
);

/** The file's name without its folder, as references write it. */
export function fileName(workflow: CatalogWorkflow): string {
  return workflow.file.slice(workflow.file.lastIndexOf("/") + 1);
}

/** The workflows that the schemas written in `from` refer to. */
export function referencedWorkflows(from: CatalogWorkflow, catalog: Catalog): CatalogWorkflow[] {
  return ownReferences(from).flatMap((ref) => {
    const target = resolveReference(ref, from, catalog);
    return target.kind === "schema" ? [target.workflow] : [];
  });
}

/** Whether each `$ref` that is written in `from` leads to a schema. */
export function resolvesAllReferences(from: CatalogWorkflow, catalog: Catalog): boolean {
  return ownReferences(from).every((ref) => resolveReference(ref, from, catalog).kind === "schema");
}

/** Every different `$ref` that is written in a workflow. */
const ownReferences = memoize((from: CatalogWorkflow): readonly string[] => {
  const refs = ownSchemas(from).flatMap((schema) => subschemas(schema.value).map(({ schema: { $ref } }) => $ref));
  return [...new Set(refs.filter((ref) => typeof ref === "string"))];
});

/** A schema, and the workflow that it is written in. */
export interface WrittenSchema {
  readonly schema: JsonObject;
  readonly workflow: CatalogWorkflow;
}

/** Every subschema of a schema that is written in `from`, and of all that it refers to, directly or through others. */
export function reachableSubschemas(schema: Json, from: CatalogWorkflow, catalog: Catalog): readonly JsonObject[] {
  const all = followReferences(schema, from, catalog, (root) => subschemas(root).map((inner) => inner.schema));
  return all.map((each) => each.schema);
}

/** The schema and all that it applies to the same value, through references too. */
export function inPlaceSchemas(schema: Json, from: CatalogWorkflow, catalog: Catalog): readonly WrittenSchema[] {
  return followReferences(schema, from, catalog, inPlaceSubschemas);
}

/**
 * What `inside` gives of the schema, and of each that this refers to, once. In a list of what is still to be read, since a
 * chain of references may be longer than calls can be deep.
 */
export function followReferences(
  schema: Json,
  from: CatalogWorkflow,
  catalog: Catalog,
  inside: (schema: Json) => readonly JsonObject[],
): readonly WrittenSchema[] {
  const found: WrittenSchema[] = [];
  const reached = new Map([[schema, from]]);
  // A map hands out what is added to it while it is read.
  for (const [root, workflow] of reached) {
    for (const inner of inside(root)) {
      found.push({ schema: inner, workflow });
      const target = typeof inner.$ref === "string" ? resolveReference(inner.$ref, workflow, catalog) : undefined;
      if (target?.kind === "schema") reached.set(target.schema.schema.value, target.workflow);
    }
  }
  return found;
}

/** A copy of the schema with every `$ref` replaced by what `rename` makes of its target. */
export function renameReferences(
  schema: Json,
  from: CatalogWorkflow,
  catalog: Catalog,
  rename: (workflow: CatalogWorkflow, schema: SharedSchema) => string,
): Json {
  return mapSubschemas(schema, (inner) => {
    if (typeof inner.$ref !== "string") return inner;
    const target = resolveReference(inner.$ref, from, catalog);
    return target.kind === "schema" ? { ...inner, $ref: rename(target.workflow, target.schema) } : inner;
  });
}

/** The schemas that are written in a workflow: its shared ones, then those of its contracts. */
export function ownSchemas({ schemas, tasks }: CatalogWorkflow): readonly JsonNode[] {
  return [
    ...schemas.map(({ schema }) => schema),
    ...tasks.flatMap(({ payload, result }) => [payload, result].filter((schema) => schema !== undefined)),
  ];
}
