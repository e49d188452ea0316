import { type Diagnostic, didYouMean, error, quote } from "../diagnostic.js";
import { isJsonObject, type Json } from "../json.js";
import { subschemas } from "../json-schema.js";
import { type JsonNode, keyPlaceAt, placeAt, pointerTo } from "../parse/json-value.js";
import { ownSchemas } from "../references.js";
import type { WorkflowRule } from "./rule.js";

/** A closed object requires only properties that it lets in. */
export const checkUnknownRequired: WorkflowRule = (workflow) => ownSchemas(workflow).flatMap(checkSchema);

function checkSchema(node: JsonNode): readonly Diagnostic[] {
  return subschemas(node.value).flatMap(({ pointer, schema }) => {
    const { additionalProperties, patternProperties, properties = {}, required, dependentRequired } = schema;
    if (additionalProperties !== false || patternProperties !== undefined || !isJsonObject(properties)) return [];
    const unknown = (name: Json): name is string => typeof name === "string" && !Object.hasOwn(properties, name);
    const describe = (name: string, fault: string) =>
      `${quote(name)} ${fault}, but no such property may be there.${didYouMean(name, Object.keys(properties))}`;
    const listed = (names: Json | undefined, at: string) =>
      (Array.isArray(names) ? names : []).flatMap((name: Json, index: number) =>
        unknown(name)
          ? [error("unknown-required", placeAt(node, pointerTo(at, index)), describe(name, "is required"))]
          : [],
      );
    const dependent = isJsonObject(dependentRequired) ? Object.entries(dependentRequired) : [];
    return [
      ...listed(required, `${pointer}/required`),
      ...dependent.flatMap(([name, names]) => {
        const at = pointerTo(`${pointer}/dependentRequired`, name);
        if (!unknown(name)) return listed(names, at);
        return [error("unknown-required", keyPlaceAt(node, at), describe(name, "requires others"))];
      }),
    ];
  });
}
