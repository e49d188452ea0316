import type { Catalog, CatalogTask, CatalogWorkflow, SharedSchema } from "./catalog.js";
import type { Json } from "./json.js";
import { mapSubschemas } from "./json-schema.js";
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
  const workflow =
    file === "" ? from : catalog.workflows.find((other) => fileName(other) === file.replace(/^\.\//, ""));
  if (workflow === undefined) return { kind: "unknown-file", file };
  const schema = workflow.schemas.find((shared) => shared.name.value === name);
  return schema === undefined ? { kind: "unknown-schema", workflow, name } : { kind: "schema", workflow, schema };
}

/** The file's name without its folder, as references write it. */
export function fileName(workflow: CatalogWorkflow): string {
  return workflow.file.slice(workflow.file.lastIndexOf("/") + 1);
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

/** Every schema of the project with the workflow it is written in, in the order of the catalog. */
export function allSchemas(catalog: Catalog): { readonly workflow: CatalogWorkflow; readonly schema: JsonNode }[] {
  return catalog.workflows.flatMap((workflow) => [
    ...workflow.schemas.map(({ schema }) => ({ workflow, schema })),
    ...workflow.tasks.flatMap((task) => contractSchemas(task).map((schema) => ({ workflow, schema }))),
  ]);
}

function contractSchemas(task: CatalogTask): JsonNode[] {
  return [task.payload, task.result].filter((schema) => schema !== undefined);
}
