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
  const annotations = annotationsOf(schema);
  const inPlace = {
    ...pick(schema, "$ref"),
    ...mapMembers({ ...pick(schema, "allOf anyOf oneOf"), ...conditional(schema) }, (member) =>
      typeableSchema(member, types),
    ),
  };
  const own = ownShape(schema, types);
  if (Object.keys(inPlace).length === 0) return { ...annotations, ...own };
  // `type: object` by itself would print an index signature, which no value of an interface type can be assigned to.
  if (isBareObject(own) && saysMore(inPlace)) return { ...annotations, ...inPlace };
  if (!("properties" in own) || !("allOf" in inPlace)) return { ...annotations, ...inPlace, ...own };
  return { ...annotations, ...inPlace, allOf: [...asList(inPlace.allOf), own] };
}

/** Only a whole conditional has a type, the union of its ends: what it depends on is not among them. */
function conditional(schema: JsonObject): JsonObject {
  return "if" in schema && "then" in schema && "else" in schema ? { ...pick(schema, "then else"), if: true } : {};
}

const annotationKeywords = "title description deprecated default examples readOnly writeOnly";

/** What a doc comment says, cut: the library prints no more lines of one than a call takes arguments. */
function annotationsOf(schema: JsonObject): JsonObject {
  const { description, examples, ...others } = pick(schema, annotationKeywords);
  return {
    ...others,
    ...(description === undefined
      ? {}
      : { description: typeof description === "string" ? firstLines(description) : description }),
    ...(examples === undefined ? {} : { examples: asList(examples).slice(0, maxDocLines) }),
  };
}

const maxDocLines = 10_000;

function firstLines(text: string): string {
  const lines = text.split("\n");
  return lines.length <= maxDocLines ? text : [...lines.slice(0, maxDocLines), "…"].join("\n");
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
  const { properties = {}, patternProperties, additionalProperties, required = [], discriminator = {} } = schema;
  const declared = isJsonObject(properties) ? properties : {};
  // What has a default is filled in where it is missing.
  const requiredNames = asList(required)
    .map(String)
    .filter((name) => !hasDefault(declared[name]));
  const others = additionalProperties ?? true;
  const tag = isJsonObject(discriminator) ? discriminator.propertyName : undefined;
  // Every branch declares the tag itself.
  const undeclared = requiredNames.filter(
    (name) => patternProperties === undefined && name !== tag && !Object.hasOwn(declared, name),
  );
  const named = Object.entries({ ...declared, ...Object.fromEntries(undeclared.map((name) => [name, others])) }).map(
    ([name, member]): [string, Json] => [name, propertyShape(name, member, requiredNames)],
  );
  const patterns = isJsonObject(patternProperties)
    ? mapValues(patternProperties, (member) => typeableSchema(member))
    : {};
  const unnamed = typeableSchema(others);
  const isMixed =
    named.length > 0 && [...named.map(([, member]) => member), ...Object.values(patterns), unnamed].some(isDeep);
  const isClosed = others === false && Object.keys(patterns).length === 0;
  return {
    ...(named.length === 0 ? {} : { properties: Object.fromEntries(named), required: requiredNames }),
    ...(Object.keys(patterns).length === 0 ? {} : { patternProperties: patterns }),
    ...(additionalProperties === undefined && patternProperties === undefined
      ? {}
      : { additionalProperties: isMixed && !isClosed ? true : unnamed }),
  };
}

function hasDefault(schema: Json | undefined): boolean {
  return isJsonObject(schema) && schema.default !== undefined;
}

/** TypeScript takes an absent `toString` for the inherited one, so that only `unknown` lets it be absent. */
function propertyShape(name: string, schema: Json, requiredNames: readonly string[]): Json {
  const isInherited = name in Object.prototype && !requiredNames.includes(name);
  return isInherited ? (isJsonObject(schema) ? annotationsOf(schema) : true) : typeableSchema(schema);
}

/** Types that TypeScript does not reliably find again in the union of an index signature beside named properties. */
function isDeep(schema: Json): boolean {
  if (!isJsonObject(schema) || "$ref" in schema || "enum" in schema) return false;
  return !("type" in schema) || asList(schema.type).some((type) => type === "object" || type === "array");
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
