import { isJsonObject, type Json, type JsonObject } from "./json.js";
import { memoize } from "./memoize.js";
import { pointerTo } from "./parse/json-value.js";

/** Keywords of JSON Schema 2020-12 that hold one schema, a list of schemas, or schemas by name. */
const schemaKeywords: ReadonlyMap<string, "one" | "list" | "map"> = new Map<string, "one" | "list" | "map">([
  ...words("additionalProperties contains contentSchema else if items not propertyNames then", "one"),
  ...words("unevaluatedItems unevaluatedProperties", "one"),
  ...words("allOf anyOf oneOf prefixItems", "list"),
  ...words("dependentSchemas patternProperties properties", "map"),
]);

const plainKeywords = (
  "$comment $ref const contentEncoding contentMediaType default dependentRequired deprecated description discriminator " +
  "enum examples exclusiveMaximum exclusiveMinimum format maxContains maxItems maxLength maxProperties maximum " +
  "minContains minItems minLength minProperties minimum multipleOf pattern readOnly required title type uniqueItems writeOnly x-sensitive"
).split(" ");

/** What a keyword holds: one schema, a list of them, schemas by name, or a plain value. */
export type KeywordShape = "one" | "list" | "map" | "plain";

/** Every keyword that a payload or result schema may use, by name. */
export const keywordShapes: ReadonlyMap<string, KeywordShape> = new Map<string, KeywordShape>(
  [...schemaKeywords, ...words(plainKeywords.join(" "), "plain")].sort(([a], [b]) => (a < b ? -1 : 1)),
);

/** Keywords that refuse no value. */
export const annotations: ReadonlySet<string> = new Set(
  "$comment contentEncoding contentMediaType contentSchema default deprecated description examples readOnly title writeOnly x-sensitive".split(
    " ",
  ),
);

/** The names of {@link keywordShapes}. */
export const knownKeywords: readonly string[] = [...keywordShapes.keys()];

/** A schema inside a schema, the outermost included, with its JSON pointer. */
export interface Subschema {
  readonly pointer: string;
  readonly schema: JsonObject;
}

/** Every subschema, outermost first; boolean schemas hold nothing and are passed over. */
export function subschemas(schema: Json): readonly Subschema[] {
  return isJsonObject(schema) ? subschemasOf(schema) : [];
}

/** Nearly every rule walks every schema; they share one walk. */
const subschemasOf = memoize((schema: JsonObject): readonly Subschema[] => collectSubschemas(schema, ""));

function collectSubschemas(schema: Json, pointer: string): Subschema[] {
  if (!isJsonObject(schema)) return [];
  if (!holdsSchemas(schema)) return [{ pointer, schema }];
  const inner = Object.entries(schema).flatMap(([keyword, value]) => {
    const held = children(keyword, value);
    if (held.length === 0) return [];
    const at = pointerTo(pointer, keyword);
    return held.flatMap(({ step, schema: child }) =>
      collectSubschemas(child, step === undefined ? at : pointerTo(at, step)),
    );
  });
  return [{ pointer, schema }, ...inner];
}

/** The schema and those inside it that apply to the same value, such as the branches of `anyOf`. */
export function inPlaceSubschemas(schema: Json): JsonObject[] {
  if (!isJsonObject(schema)) return [];
  const inner = Object.entries(schema).filter(([keyword]) => inPlaceKeywords.has(keyword));
  return [
    schema,
    ...inner.flatMap(([keyword, value]) =>
      children(keyword, value).flatMap((child) => inPlaceSubschemas(child.schema)),
    ),
  ];
}

const inPlaceKeywords: ReadonlySet<string> = new Set("allOf anyOf dependentSchemas else if not oneOf then".split(" "));

/** The types that `type` names; undefined where the schema says none, is a boolean, or says something else than names. */
export function typeNames(schema: Json): readonly string[] | undefined {
  if (!isJsonObject(schema) || schema.type === undefined) return undefined;
  const names: readonly Json[] = Array.isArray(schema.type) ? schema.type : [schema.type];
  return names.every((name) => typeof name === "string") ? names : undefined;
}

/** Whether the schema names a property that every object inherits from `Object.prototype`, such as `constructor`. */
export function namesInheritedProperty(schema: Json): boolean {
  return subschemas(schema).some(({ schema: { properties, required, dependentRequired, dependentSchemas } }) => {
    const maps = [properties, dependentRequired, dependentSchemas].flatMap((map) => (isJsonObject(map) ? [map] : []));
    const lists = [required, ...(isJsonObject(dependentRequired) ? Object.values(dependentRequired) : [])];
    const names = [...maps.flatMap(Object.keys), ...lists.flatMap((list) => (Array.isArray(list) ? list : []))];
    return names.some((name) => typeof name === "string" && name in Object.prototype);
  });
}

/** Whether a schema says nothing but where it is written. */
export function isReferenceAlone(schema: Json): schema is { readonly $ref: string } {
  if (!isJsonObject(schema) || typeof schema.$ref !== "string") return false;
  return Object.keys(schema).every((keyword) => keyword === "$ref" || annotations.has(keyword));
}

/** The schema with every subschema gone through `change`, innermost first. */
export function mapSubschemas(schema: Json, change: (schema: JsonObject) => JsonObject): Json {
  if (!isJsonObject(schema)) return schema;
  if (!holdsSchemas(schema)) return change(schema);
  const inner = Object.entries(schema).map(([keyword, value]): [string, Json] => {
    switch (schemaKeywords.get(keyword)) {
      case "one":
        return [keyword, mapSubschemas(value, change)];
      case "list":
        return [keyword, Array.isArray(value) ? value.map((item: Json) => mapSubschemas(item, change)) : value];
      case "map":
        return [keyword, isJsonObject(value) ? mapValues(value, (item) => mapSubschemas(item, change)) : value];
      default:
        return [keyword, value];
    }
  });
  return change(Object.fromEntries(inner));
}

/** Most schemas are the innermost. */
function holdsSchemas(schema: JsonObject): boolean {
  for (const keyword in schema) if (schemaKeywords.has(keyword)) return true;
  return false;
}

function children(keyword: string, value: Json): { readonly step?: string | number; readonly schema: Json }[] {
  switch (schemaKeywords.get(keyword)) {
    case "one":
      return [{ schema: value }];
    case "list":
      return Array.isArray(value) ? value.map((schema: Json, step: number) => ({ step, schema })) : [];
    case "map":
      return isJsonObject(value) ? Object.entries(value).map(([step, schema]) => ({ step, schema })) : [];
    default:
      return [];
  }
}

function mapValues(object: JsonObject, change: (value: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

function words<const Kind>(keywords: string, kind: Kind): [string, Kind][] {
  return keywords.split(" ").map((keyword) => [keyword, kind]);
}
