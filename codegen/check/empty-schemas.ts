import { type Diagnostic, error, quote } from "../diagnostic.js";
import { isJsonObject, type Json, type JsonObject } from "../json.js";
import { type Subschema, subschemas, typeNames } from "../json-schema.js";
import { type JsonNode, keyPlaceAt, placeAt, pointerTo } from "../parse/json-value.js";
import { ownSchemas } from "../references.js";
import type { WorkflowRule } from "./rule.js";

/** No schema contradicts itself, so that nothing would ever fit it. Only what one schema says by itself is looked at. */
export const checkEmptySchemas: WorkflowRule = (workflow) => ownSchemas(workflow).flatMap(checkSchema);

function checkSchema(node: JsonNode): readonly Diagnostic[] {
  return [
    ...(node.value === false ? [error("empty-schema", node.span, "Nothing fits the schema `false`.")] : []),
    ...subschemas(node.value).flatMap((inner) => [
      ...crossedLimits(node, inner),
      ...impossibleValues(node, inner),
      ...forbiddenProperties(node, inner),
    ]),
  ];
}

/** Limits of one thing, with what it is. */
const limits = [
  ["minimum", "maximum", "number"],
  ["exclusiveMinimum", "maximum", "number"],
  ["minimum", "exclusiveMaximum", "number"],
  ["exclusiveMinimum", "exclusiveMaximum", "number"],
  ["minLength", "maxLength", "string"],
  ["minItems", "maxItems", "array"],
  ["minProperties", "maxProperties", "object"],
] as const;

function crossedLimits(node: JsonNode, { pointer, schema }: Subschema): Diagnostic[] {
  return limits.flatMap(([low, high, what]) => {
    const [least, most] = [schema[low], schema[high]];
    if (typeof least !== "number" || typeof most !== "number") return [];
    const isExclusive = low.startsWith("exclusive") || high.startsWith("exclusive");
    if (isExclusive ? least < most : least <= most) return [];
    const message = `No ${what} can have both ${quote(`${low}: ${least}`)} and ${quote(`${high}: ${most}`)}.`;
    return [error("empty-schema", placeAt(node, `${pointer}/${high}`), message)];
  });
}

function impossibleValues(node: JsonNode, { pointer, schema }: Subschema): Diagnostic[] {
  const types = typeNames(schema);
  if (types === undefined) return [];
  const listed = Array.isArray(schema.enum)
    ? schema.enum.map((value: Json, at: number) => ({ value, at: `enum/${at}` }))
    : [];
  const only = "const" in schema ? [{ value: schema.const ?? null, at: "const" }] : [];
  return [...listed, ...only]
    .filter(({ value }) => !types.some((type) => isOfType(value, type)))
    .map(({ value, at }) => {
      const message = `${quote(JSON.stringify(value))} can never be the value, since the type is ${types.map(quote).join(" or ")}.`;
      return error("empty-schema", placeAt(node, `${pointer}/${at}`), message);
    });
}

function forbiddenProperties(node: JsonNode, { pointer, schema }: Subschema): Diagnostic[] {
  const { properties, required } = schema;
  if (!isJsonObject(properties) || !Array.isArray(required)) return [];
  return requiredNames(schema)
    .filter((name) => Object.hasOwn(properties, name) && properties[name] === false)
    .map((name) => {
      const message = `${quote(name)} is required, and its schema ${quote("false")} refuses every value.`;
      return error("empty-schema", keyPlaceAt(node, pointerTo(`${pointer}/properties`, name)), message);
    });
}

function requiredNames({ required }: JsonObject): string[] {
  return Array.isArray(required) ? required.filter((name: Json): name is string => typeof name === "string") : [];
}

function isOfType(value: Json, type: string): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return isJsonObject(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
