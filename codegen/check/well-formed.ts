import { isJsonObject, type Json, type JsonObject } from "../json.js";
import { keywordShapes, subschemas } from "../json-schema.js";

/**
 * Whether the standard's meta-schema would certainly take the schema.
 *
 * Nearly every schema is well-formed, and this tells so in no time, without loading Ajv. It knows less than the
 * meta-schema does, which is asked about all others and says what is wrong with them.
 */
export function isSurelyWellFormed(schema: JsonObject): boolean {
  return subschemas(schema).every((inner) => Object.entries(inner.schema).every(isWellFormed));
}

function isWellFormed([keyword, value]: [string, Json]): boolean {
  switch (keywordShapes.get(keyword)) {
    case "one":
      return isSchema(value);
    case "list":
      return Array.isArray(value) && value.length > 0 && value.every(isSchema);
    case "map":
      return isJsonObject(value) && Object.values(value).every(isSchema);
    case "plain":
      return forms.get(keyword)?.(value) === true;
    default:
      return false;
  }
}

function isSchema(value: Json): boolean {
  return typeof value === "boolean" || isJsonObject(value);
}

const types = new Set<Json>(["array", "boolean", "integer", "null", "number", "object", "string"]);

const isText = (value: Json) => typeof value === "string";
const isFlag = (value: Json) => typeof value === "boolean";
const isNumber = (value: Json) => typeof value === "number";
const isCount = (value: Json) => Number.isInteger(value) && Number(value) >= 0;
const isList = (value: Json) => Array.isArray(value);
const isNames = (value: Json) => isUnique(value) && value.every(isText);
const isAnything = () => true;

function isUnique(value: Json): value is readonly Json[] {
  return Array.isArray(value) && new Set(value).size === value.length;
}

const forms: ReadonlyMap<string, (value: Json) => boolean> = new Map([
  ...all("$comment contentEncoding contentMediaType description format pattern title", isText),
  ...all("deprecated readOnly uniqueItems writeOnly x-sensitive", isFlag),
  ...all("exclusiveMaximum exclusiveMinimum maximum minimum", isNumber),
  ...all("maxContains maxItems maxLength maxProperties minContains minItems minLength minProperties", isCount),
  ...all("const default discriminator", isAnything),
  ...all("enum examples", isList),
  ...all("required", isNames),
  ...all("dependentRequired", (value) => isJsonObject(value) && Object.values(value).every(isNames)),
  ...all("multipleOf", (value) => typeof value === "number" && value > 0),
  ...all("$ref", (value) => typeof value === "string" && /^[\w./-]*#\/schemas\/\w+$/.test(value)),
  ...all("type", (value) =>
    Array.isArray(value)
      ? value.length > 0 && isUnique(value) && value.every((type: Json) => types.has(type))
      : types.has(value),
  ),
]);

function all(keywords: string, isRight: (value: Json) => boolean): [string, (value: Json) => boolean][] {
  return keywords.split(" ").map((keyword) => [keyword, isRight]);
}
