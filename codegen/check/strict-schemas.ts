import type { Catalog, CatalogWorkflow } from "../catalog.js";
import { type Diagnostic, error, quote } from "../diagnostic.js";
import { typeOfFormat } from "../formats.js";
import { isJsonObject, type Json, type JsonObject } from "../json.js";
import { keywordShapes, typeNames } from "../json-schema.js";
import { memoizePerWorkflow } from "../memoize-per-workflow.js";
import { type JsonNode, placeAt, pointerTo } from "../parse/json-value.js";
import { ownSchemas, resolveReference } from "../references.js";
import { withinTime } from "./within-time.js";

/**
 * Nothing in a workflow's schemas is without effect or at odds with what stands around it: the findings of Ajv's strict
 * mode, which authors know from elsewhere.
 *
 * Needs schemas that have passed the rules, those of other files that are referred to included: what is wrong with one
 * by itself is said there, and better.
 */
export const checkStrictSchemas = memoizePerWorkflow((workflow, catalog): readonly Diagnostic[] =>
  ownSchemas(workflow).flatMap((node) => {
    const findings = findIn(node.value, { node, workflow, catalog, pointer: "", types: [], isComposite: false });
    const isIgnored = isJsonObject(node.value) && node.value.default !== undefined;
    const root = isIgnored ? [refuse(node, "", "default is ignored in the schema root")] : [];
    return [...root, ...findings];
  }),
);

interface Place {
  readonly node: JsonNode;
  readonly workflow: CatalogWorkflow;
  readonly catalog: Catalog;
  readonly pointer: string;
  /** What the parents leave of the types of this value; empty where they leave all. */
  readonly types: readonly string[];
  /** Whether the schema may not fit without the whole being wrong. */
  readonly isComposite: boolean;
}

function refuse(node: JsonNode, pointer: string, reason: string): Diagnostic {
  return error("invalid-schema", placeAt(node, pointer), `The schema cannot be enforced as it stands: ${reason}.`);
}

function findIn(schema: Json, place: Place): Diagnostic[] {
  if (!isJsonObject(schema)) return [];
  const types = narrowedTypes(schema, place);
  const reasons = [
    ...impossibleTypes(schema, place),
    ...missingTypes(schema, types),
    ...ignoredKeywords(schema),
    ...matchingProperties(schema),
    ...openTuple(schema),
    ...ignoredDefaults(schema, place),
    ...uselessDiscriminator(schema, place),
  ];
  return [
    ...reasons.map((reason) => refuse(place.node, place.pointer, reason)),
    ...Object.entries(schema).flatMap(([keyword, value]) => findInside(keyword, value, { ...place, types })),
  ];
}

/** Keywords whose schemas apply to the same value, and those of them whose schemas may not fit. */
const sameValue: ReadonlySet<string> = new Set("allOf anyOf dependentSchemas else if not oneOf then".split(" "));
const composite: ReadonlySet<string> = new Set("anyOf contains if not oneOf propertyNames".split(" "));

function findInside(keyword: string, value: Json, place: Place): Diagnostic[] {
  if (keywordShapes.get(keyword) === "plain") return [];
  const isSame = sameValue.has(keyword);
  const inner = {
    ...place,
    types: isSame ? place.types : keyword === "propertyNames" ? ["string"] : [],
    isComposite: place.isComposite || composite.has(keyword),
  };
  const at = pointerTo(place.pointer, keyword);
  switch (keyword) {
    case "allOf":
    case "anyOf":
    case "oneOf":
    case "prefixItems":
      return asList(value).flatMap((each, n) => findIn(each, { ...inner, pointer: pointerTo(at, n) }));
    case "properties":
    case "patternProperties":
    case "dependentSchemas":
      return Object.entries(isJsonObject(value) ? value : {}).flatMap(([name, each]) =>
        findIn(each, { ...inner, pointer: pointerTo(at, name) }),
      );
    case "additionalProperties":
    case "contains":
    case "else":
    case "if":
    case "items":
    case "not":
    case "propertyNames":
    case "then":
    case "unevaluatedItems":
    case "unevaluatedProperties":
      return findIn(value, { ...inner, pointer: at });
    default:
      return [];
  }
}

function narrowedTypes(schema: JsonObject, { types }: Place): readonly string[] {
  const own = typeNames(schema);
  if (own === undefined) return types;
  if (types.length === 0) return own;
  return types.flatMap((type) => {
    if (includesType(own, type)) return [type];
    return own.includes("integer") && type === "number" ? ["integer"] : [];
  });
}

function impossibleTypes(schema: JsonObject, { types }: Place): string[] {
  if (types.length === 0) return [];
  return (typeNames(schema) ?? [])
    .filter((type) => !includesType(types, type))
    .map((type) => `type "${type}" not allowed by context "${types.join(",")}"`);
}

function includesType(types: readonly string[], type: string): boolean {
  return types.includes(type) || (type === "integer" && types.includes("number"));
}

/** Keywords by the type that they speak of. */
const keywordTypes: ReadonlyMap<string, string> = new Map(
  [
    ["number", "maximum minimum exclusiveMaximum exclusiveMinimum multipleOf"],
    ["string", "maxLength minLength pattern"],
    ["array", "maxItems minItems uniqueItems prefixItems items contains maxContains minContains unevaluatedItems"],
    ["object", "maxProperties minProperties required propertyNames additionalProperties properties patternProperties"],
    ["object", "dependentRequired dependentSchemas unevaluatedProperties discriminator"],
  ].flatMap(([type = "", keywords = ""]) => keywords.split(" ").map((keyword): [string, string] => [keyword, type])),
);

function missingTypes(schema: JsonObject, types: readonly string[]): string[] {
  return Object.keys(schema).flatMap((keyword) => {
    const type = keyword === "format" ? typeOfFormat(String(schema.format)) : keywordTypes.get(keyword);
    if (type === undefined || types.some((each) => includesType([type], each))) return [];
    const written = keyword === "format" ? `format: ${String(schema.format)}` : keyword;
    const instead =
      types.length === 0 ? `Add ${quote(`type: ${type}`)}` : `The type is ${types.map(quote).join(" or ")}`;
    return [`${quote(written)} speaks of ${type}s alone. ${instead}`];
  });
}

function ignoredKeywords(schema: JsonObject): string[] {
  const { minContains = 1, maxContains } = schema;
  const isIf = "if" in schema;
  const isContains = "contains" in schema;
  return [
    ...(isIf && !("then" in schema) && !("else" in schema) ? ['"if" without "then" and "else" is ignored'] : []),
    ...["then", "else"]
      .filter((keyword) => !isIf && keyword in schema)
      .map((keyword) => `"${keyword}" without "if" is ignored`),
    ...["maxContains", "minContains"]
      .filter((keyword) => !isContains && keyword in schema)
      .map((keyword) => `"${keyword}" without "contains" is ignored`),
    ...(isContains && minContains === 0 && maxContains === undefined
      ? ['"minContains" == 0 without "maxContains": "contains" keyword ignored']
      : []),
    ...(isContains && typeof maxContains === "number" && Number(minContains) > maxContains
      ? ['"minContains" > "maxContains" is always invalid']
      : []),
  ];
}

function matchingProperties({ properties, patternProperties }: JsonObject): string[] {
  if (!isJsonObject(properties) || !isJsonObject(patternProperties)) return [];
  const patterns = Object.keys(patternProperties);
  if (patterns.length > maxPatterns) {
    return [`there are more than ${maxPatterns} patterns, and each name of a payload is tried with every one`];
  }
  const found = withinTime(() =>
    patterns.flatMap((pattern) =>
      namesThatMatch(pattern, Object.keys(properties)).map(
        (name) => `property ${name} matches pattern ${pattern}. Keep them apart`,
      ),
    ),
  );
  return found?.value ?? ["whether a property matches a pattern cannot be found out in time. Simplify the patterns"];
}

const maxPatterns = 100;

function namesThatMatch(pattern: string, names: readonly string[]): readonly string[] {
  try {
    const form = new RegExp(pattern, "u");
    return names.filter((name) => form.test(name));
  } catch {
    // Another rule says that it is no regular expression.
    return [];
  }
}

/** As strict mode has it, a tuple has all its places and ends with the last. */
function openTuple({ prefixItems, items, minItems, maxItems }: JsonObject): string[] {
  if (!Array.isArray(prefixItems)) return [];
  const { length } = prefixItems;
  if (typeof maxItems === "number" && maxItems < length) {
    return [`a tuple has all its places, here ${length}, and ${quote(`maxItems: ${maxItems}`)} lets in fewer`];
  }
  const isClosed = length === maxItems || items === false;
  if (!isClosed && items !== undefined) {
    return [`a tuple ends with its last place. Write ${quote("items: false")}, or one schema for all items`];
  }
  const missing = [
    ...(minItems === length ? [] : [quote(`minItems: ${length}`)]),
    ...(isClosed ? [] : [quote("items: false")]),
  ];
  return missing.length === 0 ? [] : [`a tuple says its length. Add ${missing.join(" and ")}`];
}

function ignoredDefaults({ properties }: JsonObject, { isComposite }: Place): string[] {
  if (!isComposite || !isJsonObject(properties)) return [];
  return Object.entries(properties)
    .filter(([, property]) => isJsonObject(property) && property.default !== undefined)
    .map(([name]) => `the default of ${quote(name)} is ignored where only one of several schemas may hold`);
}

function uselessDiscriminator(schema: JsonObject, place: Place): string[] {
  const { discriminator, oneOf } = schema;
  if (!isJsonObject(discriminator)) return [];
  const tag = discriminator.propertyName;
  if (typeof tag !== "string") return ["discriminator: requires propertyName"];
  if (discriminator.mapping !== undefined) return ["discriminator: mapping is not supported"];
  if (!Array.isArray(oneOf)) return ["discriminator: requires oneOf keyword"];
  const options = oneOf.map((option: Json) => followed(option, place));
  const tags = options.map((option) => (isJsonObject(option.properties) ? option.properties[tag] : undefined));
  if (!tags.every(isJsonObject)) {
    return [`discriminator: oneOf subschemas (or referenced schemas) must have "properties/${tag}"`];
  }
  if (!tags.every((each) => each.const !== undefined || Array.isArray(each.enum))) {
    return [`discriminator: "properties/${tag}" must have "const" or "enum"`];
  }
  const values = tags.flatMap((each) => (each.const === undefined ? asList(each.enum) : [each.const]));
  const isUnique = new Set(values).size === values.length && values.every((value) => typeof value === "string");
  if (!isUnique) return [`discriminator: "${tag}" values must be unique strings`];
  const isRequired = [schema].some(requires(tag)) || options.every(requires(tag));
  return isRequired ? [] : [`discriminator: "${tag}" must be required`];
}

function requires(tag: string): (schema: JsonObject) => boolean {
  return ({ required }) => asList(required).includes(tag);
}

/** The schema itself, or the one that it is only a reference to. */
function followed(schema: Json, { workflow, catalog }: Place): JsonObject {
  if (!isJsonObject(schema)) return {};
  if (typeof schema.$ref !== "string" || "properties" in schema) return schema;
  const target = resolveReference(schema.$ref, workflow, catalog);
  const value = target.kind === "schema" ? target.schema.schema.value : undefined;
  return isJsonObject(value) ? value : {};
}

function asList(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
