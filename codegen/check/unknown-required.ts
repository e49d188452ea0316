import { type Diagnostic, didYouMean, error, quote } from "../diagnostic.js";
import { isJsonObject, type Json } from "../json.js";
import { subschemas } from "../json-schema.js";
import { type JsonNode, placeAt } from "../parse/json-value.js";
import { ownSchemas } from "../references.js";
import type { WorkflowRule } from "./rule.js";

/** A closed object requires only properties that it lets in. */
export const checkUnknownRequired: WorkflowRule = (workflow) => ownSchemas(workflow).flatMap(checkSchema);

function checkSchema(node: JsonNode): readonly Diagnostic[] {
  return subschemas(node.value).flatMap(({ pointer, schema }) => {
    const { additionalProperties, patternProperties, properties = {}, required } = schema;
    if (additionalProperties !== false || patternProperties !== undefined) return [];
    if (!Array.isArray(required) || !isJsonObject(properties)) return [];
    return required.flatMap((name: Json, index: number) => {
      if (typeof name !== "string" || Object.hasOwn(properties, name)) return [];
      const message = `${quote(name)} is required, but no such property may be there.${didYouMean(name, Object.keys(properties))}`;
      return [error("unknown-required", placeAt(node, `${pointer}/required/${index}`), message)];
    });
  });
}
