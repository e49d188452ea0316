import { isJsonObject, type Json, type JsonObject } from "../json.js";

/**
 * The schema as the type library must be told it, so that its type admits every value that the schema accepts.
 *
 * The library reads each subschema by itself and takes liberties. Here every subschema says the types it is left with
 * inside its parents (`properties` alone would become an object, though a string passes), `enum` holds only what `type`
 * admits, an open object with `patternProperties` says that it is open, a tuple says that it ends, and a schema with
 * both `allOf` and properties of its own becomes an intersection, for an `interface … extends` may clash with its
 * parents. What has no part in a type (`not`, `contains`, `dependentSchemas`) is left out.
 */
export function typeableSchema(schema: Json, inherited?: readonly string[]): Json {
  if (!isJsonObject(schema)) return schema;
  const types = typesLeft(schema, inherited);
  const annotations = pick(schema, "title description deprecated default examples readOnly writeOnly");
  const inPlace = {
    ...pick(schema, "$ref"),
    ...mapMembers(pick(schema, "allOf anyOf oneOf if then else"), (member) => typeableSchema(member, types)),
  };
  const own = ownShape(schema, types);
  if (Object.keys(inPlace).length === 0) return { ...annotations, ...own };
  // `type: object` by itself would print an index signature, which no value of an interface type can be assigned to.
  if (isBareObject(own) && saysMore(inPlace)) return { ...annotations, ...inPlace };
  if (!("properties" in own) || !("allOf" in inPlace)) return { ...annotations, ...inPlace, ...own };
  return { ...annotations, ...inPlace, allOf: [...asList(inPlace.allOf), own] };
}

const allTypes = ["array", "boolean", "null", "number", "object", "string"];
const shapes = ["properties", "patternProperties", "additionalProperties", "items", "prefixItems"];

/** Undefined where any type is left. TypeScript has one type for both kinds of number. */
function typesLeft({ type }: JsonObject, inherited: readonly string[] | undefined): readonly string[] | undefined {
  if (type === undefined) return inherited;
  const own = new Set(asList(type).map((name) => (name === "integer" ? "number" : String(name))));
  return [...own].filter((name) => inherited === undefined || inherited.includes(name));
}

/** What the schema says of a value without its in-place subschemas. */
function ownShape(schema: JsonObject, types: readonly string[] | undefined): JsonObject {
  const listed =
    "const" in schema ? [schema.const ?? null] : schema.enum === undefined ? undefined : asList(schema.enum);
  if (listed !== undefined)
    return { enum: listed.filter((value) => types === undefined || types.includes(typeName(value))) };
  const isShaped = shapes.some((keyword) => keyword in schema) || asList(schema.required ?? []).length > 0;
  if (!("type" in schema) && !isShaped) return {};
  const left = types ?? allTypes;
  return {
    type: left.length === 1 ? (left[0] ?? []) : left,
    ...(left.includes("object") ? objectShape(schema) : {}),
    ...(left.includes("array") ? arrayShape(schema) : {}),
  };
}

function objectShape(schema: JsonObject): JsonObject {
  const { properties = {}, patternProperties, additionalProperties, required = [] } = schema;
  const named = isJsonObject(properties) ? properties : {};
  const isOpen = additionalProperties === undefined || additionalProperties === true;
  const others = isOpen ? true : additionalProperties;
  const unnamed =
    patternProperties === undefined ? asList(required).filter((name) => !Object.hasOwn(named, String(name))) : [];
  const all = { ...named, ...Object.fromEntries(unnamed.map((name) => [String(name), others])) };
  return {
    ...(Object.keys(all).length === 0
      ? {}
      : { properties: mapValues(all, (member) => typeableSchema(member)), required }),
    ...(isJsonObject(patternProperties)
      ? { patternProperties: mapValues(patternProperties, (member) => typeableSchema(member)) }
      : {}),
    ...(additionalProperties === undefined && patternProperties === undefined
      ? {}
      : { additionalProperties: typeableSchema(others) }),
  };
}

/** Strict mode takes a `prefixItems` only when no item may be missing or follow. */
function arrayShape({ prefixItems, items }: JsonObject): JsonObject {
  if (prefixItems !== undefined)
    return { prefixItems: asList(prefixItems).map((item) => typeableSchema(item)), items: false };
  return items === undefined ? {} : { items: typeableSchema(items) };
}

function isBareObject(own: JsonObject): boolean {
  return "type" in own && asList(own.type ?? []).includes("object") && !shapes.some((keyword) => keyword in own);
}

/** Whether the schema has a type narrower than `unknown`. */
function saysMore(schema: Json): boolean {
  if (!isJsonObject(schema)) return schema === false;
  const { allOf, anyOf, oneOf } = schema;
  return (
    "$ref" in schema ||
    "type" in schema ||
    "enum" in schema ||
    (allOf !== undefined && asList(allOf).some(saysMore)) ||
    [anyOf, oneOf].some((branches) => branches !== undefined && asList(branches).every(saysMore))
  );
}

function typeName(value: Json): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function pick(schema: JsonObject, keywords: string): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => keywords.split(" ").includes(keyword)));
}

function mapMembers(schema: JsonObject, change: (member: Json) => Json): JsonObject {
  return mapValues(schema, (value) => (Array.isArray(value) ? value.map(change) : change(value)));
}

function mapValues(object: JsonObject, change: (value: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

function asList(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
