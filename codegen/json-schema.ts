import { isJsonObject, type Json, type JsonObject } from "./json.js";
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
  "minContains minItems minLength minProperties minimum multipleOf pattern readOnly required title type uniqueItems writeOnly"
).split(" ");

/** Every keyword that a payload or result schema may use. */
export const knownKeywords: readonly string[] = [...schemaKeywords.keys(), ...plainKeywords].sort();

/** A schema inside a schema, the outermost included, with its JSON pointer. */
export interface Subschema {
  readonly pointer: string;
  readonly schema: JsonObject;
}

/** Every subschema, outermost first; boolean schemas hold nothing and are passed over. */
export function subschemas(schema: Json, pointer = ""): Subschema[] {
  if (!isJsonObject(schema)) return [];
  const inner = Object.entries(schema).flatMap(([keyword, value]) => {
    const at = pointerTo(pointer, keyword);
    return children(keyword, value).flatMap(({ step, schema: child }) =>
      subschemas(child, step === undefined ? at : pointerTo(at, step)),
    );
  });
  return [{ pointer, schema }, ...inner];
}

/** A copy of the schema in which every subschema went through `change`, innermost first. */
export function mapSubschemas(schema: Json, change: (schema: JsonObject) => JsonObject): Json {
  if (!isJsonObject(schema)) return schema;
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
