import { quote } from "../../diagnostic.js";
import { isJsonObject, type Json, type JsonObject } from "../../json.js";
import { annotations, typeNames } from "../../json-schema.js";
import { settle } from "./contradictions.js";
import { anything, type Limit, type Origin, type PossibleValues, type Range, type Site } from "./possible-values.js";
import { isRefusal } from "./refusals.js";
import { allTypes, arrays, typeSet } from "./type-sets.js";

/** What a schema leaves of the values there are by its own keywords, without those that hold schemas of the same value. */
export function ownValues(site: Site, schema: JsonObject): PossibleValues {
  const found: { -readonly [Name in keyof PossibleValues]: PossibleValues[Name] } = { types: allTypes };
  const names = typeNames(schema);
  if (names !== undefined) {
    found.types = typeSet(names);
    found.typesFrom = { site, pointer: `${site.pointer}/type` };
  }
  for (const keyword in schema) readKeyword(keyword, found, schema, site);
  return found.types === allTypes && Object.keys(found).length === 1 ? anything : settle(found);
}

function readKeyword(
  keyword: string,
  found: { -readonly [Name in keyof PossibleValues]: PossibleValues[Name] },
  schema: JsonObject,
  site: Site,
): void {
  switch (keyword) {
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
    case "exclusiveMaximum":
      found.number ??= numberRange(schema, site);
      return;
    case "minLength":
    case "maxLength":
      found.length ??= writtenRange(schema, site, "minLength", "maxLength");
      return;
    case "minItems":
    case "maxItems":
      found.items ??= itemsRange(schema, site);
      return;
    case "items":
    case "prefixItems":
    case "contains":
      found.items ??= itemsRange(schema, site);
      found.arrays ??= [site];
      found.isOpen = true;
      if (keyword === "contains") losesContains(found, schema, site);
      return;
    case "minProperties":
    case "maxProperties":
      found.properties ??= propertiesRange(schema, site);
      return;
    case "properties":
    case "additionalProperties":
      found.properties ??= propertiesRange(schema, site);
      found.objects ??= [site];
      found.isOpen = true;
      return;
    case "required":
      found.required = requiredNames(schema, site);
      return;
    case "enum":
    case "const":
      readListed(found, schema, site);
      return;
    default:
      if (!readElsewhere.has(keyword) && !annotations.has(keyword)) found.isOpen = true;
  }
}

const readElsewhere: ReadonlySet<string> = new Set("$ref allOf anyOf discriminator oneOf type".split(" "));

function numberRange(schema: JsonObject, site: Site): Range {
  const [least, above] = [limit("minimum", schema, site), limit("exclusiveMinimum", schema, site, true)];
  const [most, below] = [limit("maximum", schema, site), limit("exclusiveMaximum", schema, site, true)];
  return {
    least: least === undefined || (above !== undefined && above.value >= least.value) ? above : least,
    most: most === undefined || (below !== undefined && below.value <= most.value) ? below : most,
  };
}

function writtenRange(schema: JsonObject, site: Site, low: string, high: string): Range {
  return { least: limit(low, schema, site), most: limit(high, schema, site) };
}

function limit(keyword: string, schema: JsonObject, site: Site, isExclusive = false): Limit | undefined {
  const value = schema[keyword];
  if (typeof value !== "number") return undefined;
  return limitOf(value, quote(`${keyword}: ${value}`), site, keyword, isExclusive);
}

function limitOf(value: number, text: string, site: Site, keyword: string, isExclusive = false): Limit {
  return { value, isExclusive, text, origin: originOf(site, keyword) };
}

function originOf(site: Site, keyword: string): Origin {
  return { site, pointer: `${site.pointer}/${keyword}` };
}

function itemsRange(schema: JsonObject, site: Site): Range {
  const written = writtenRange(schema, site, "minItems", "maxItems");
  const leastContained = schema.contains === undefined ? undefined : containedLimit(schema, site);
  const room = roomForItems(schema, site);
  return {
    least: (leastContained?.value ?? 0) > (written.least?.value ?? 0) ? leastContained : written.least,
    most: room !== undefined && room.value < (written.most?.value ?? Number.POSITIVE_INFINITY) ? room : written.most,
  };
}

/** How many items `contains` wants: one, unless `minContains` says another number. */
function containedLimit(schema: JsonObject, site: Site): Limit | undefined {
  if (schema.minContains !== undefined) return limit("minContains", schema, site);
  return limitOf(1, quote("contains"), site, "contains");
}

function roomForItems({ prefixItems, items }: JsonObject, site: Site): Limit | undefined {
  const prefix = Array.isArray(prefixItems) ? prefixItems : [];
  const refused = prefix.findIndex(isRefusal);
  if (refused >= 0) return limitOf(refused, `a refusal of item ${refused + 1}`, site, `prefixItems/${refused}`);
  if (!isRefusal(items)) return undefined;
  const after = prefix.length === 0 ? "" : ` after ${prefix.length} of ${quote("prefixItems")}`;
  return limitOf(prefix.length, `${quote("items: false")}${after}`, site, "items");
}

function losesContains(
  found: { types: number; fault?: PossibleValues["fault"] },
  schema: JsonObject,
  site: Site,
): void {
  const least = containedLimit(schema, site);
  const most = limit("maxContains", schema, site);
  if (least === undefined || least.value === 0) return;
  if (most !== undefined && least.value > most.value) {
    found.fault = {
      origins: [least.origin, most.origin],
      message: () => `No array can have both ${least.text} and ${most.text}.`,
    };
  } else if (isRefusal(schema.contains)) {
    found.fault = {
      origins: [originOf(site, "contains")],
      message: () => `No item fits the schema of ${quote("contains")}, which refuses every value.`,
    };
  } else return;
  found.types &= ~arrays;
}

function propertiesRange(schema: JsonObject, site: Site): Range {
  const { least, most } = writtenRange(schema, site, "minProperties", "maxProperties");
  const room = roomForProperties(schema, site);
  return {
    least,
    most: room !== undefined && room.value < (most?.value ?? Number.POSITIVE_INFINITY) ? room : most,
  };
}

function roomForProperties({ properties = {}, patternProperties, additionalProperties }: JsonObject, site: Site) {
  if (!isRefusal(additionalProperties) || !isJsonObject(properties)) return undefined;
  if (patternProperties !== undefined && !(isJsonObject(patternProperties) && isEmpty(patternProperties)))
    return undefined;
  const count = Object.values(properties).filter((property) => !isRefusal(property)).length;
  const beside = count === 1 ? "one property" : `${count} properties`;
  return limitOf(count, `${quote("additionalProperties: false")} beside ${beside}`, site, "additionalProperties");
}

function isEmpty(object: JsonObject): boolean {
  return Object.keys(object).length === 0;
}

function requiredNames({ required }: JsonObject, site: Site): ReadonlyMap<string, Origin> {
  const names: readonly Json[] = Array.isArray(required) ? required : [];
  return new Map(
    names.flatMap((name, index): [string, Origin][] =>
      typeof name === "string" ? [[name, originOf(site, `required/${index}`)]] : [],
    ),
  );
}

/** A `const` beside an `enum` that has it is what both leave. */
function readListed(
  found: { listed?: PossibleValues["listed"]; isOpen?: boolean | undefined },
  schema: JsonObject,
  site: Site,
): void {
  if ("const" in schema) {
    found.listed = { values: [schema.const ?? null], origin: originOf(site, "const") };
    if ("enum" in schema) found.isOpen = true;
  } else if (Array.isArray(schema.enum)) {
    found.listed = { values: schema.enum, origin: originOf(site, "enum") };
  }
}
