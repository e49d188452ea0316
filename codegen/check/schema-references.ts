import type { CatalogWorkflow } from "../catalog.js";
import { didYouMean, error, quote } from "../diagnostic.js";
import { subschemas } from "../json-schema.js";
import { placeAt } from "../parse/json-value.js";
import { fileName, ownSchemas, type Reference, resolveReference, resolvesAllReferences } from "../references.js";
import type { Rule } from "./rule.js";

/** Every `$ref` leads to a schema of this project. */
export const checkSchemaReferences: Rule = ({ catalog, unread }) =>
  catalog.workflows
    .filter((workflow) => !resolvesAllReferences(workflow, catalog))
    .flatMap((workflow) => ownSchemas(workflow).map((schema) => ({ workflow, schema })))
    .flatMap(({ workflow, schema }) =>
      subschemas(schema.value).flatMap(({ pointer, schema: inner }) => {
        if (typeof inner.$ref !== "string") return [];
        const target = resolveReference(inner.$ref, workflow, catalog);
        if (target.kind === "unknown-file" && unread.some((file) => file.path.endsWith(`/${target.file}`))) return [];
        const problem = describeProblem(inner.$ref, target, catalog.workflows);
        return problem === undefined ? [] : [error("unknown-reference", placeAt(schema, `${pointer}/$ref`), problem)];
      }),
    );

function describeProblem(ref: string, target: Reference, workflows: readonly CatalogWorkflow[]): string | undefined {
  switch (target.kind) {
    case "schema":
      return undefined;
    case "malformed":
      return `${quote(ref)} is not a reference that can be followed. Write '#/schemas/Name', or 'file.yaml#/schemas/Name'.`;
    case "unknown-file":
      return `There is no workflow file ${quote(target.file)}.${didYouMean(target.file, workflows.map(fileName))}`;
    case "unknown-schema": {
      const known = target.workflow.schemas.map((schema) => schema.name.value);
      const wayOut = known.length === 0 ? " It declares no schemas at all." : didYouMean(target.name, known);
      return `${quote(target.workflow.file)} has no schema ${quote(target.name)}.${wayOut}`;
    }
  }
}
