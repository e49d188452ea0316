import type { Catalog, CatalogWorkflow } from "../../catalog.js";
import { isJsonObject, type Json, type JsonObject } from "../../json.js";
import { annotations, isReferenceAlone } from "../../json-schema.js";
import { resolveReference } from "../../references.js";

/** Where a schema is written. */
export interface Home {
  readonly workflow: CatalogWorkflow;
  readonly catalog: Catalog;
}

/**
 * Whether there is certainly nothing that keeps a schema from accepting some value, whatever the others inside it say.
 *
 * Of nearly every schema this tells so in no time; the others are looked at.
 */
export function surelyAccepts(schema: JsonObject, home: Home, depth = 0): boolean {
  let [hasLower, hasUpper] = [false, false];
  for (const keyword in schema) {
    if (lower.has(keyword)) hasLower = true;
    else if (upper.has(keyword)) hasUpper = true;
    else if (keyword === "required") {
      if (depth === maxDepth || !requiresOnlyAccepting(schema, home, depth)) return false;
    } else if (!harmless.has(keyword) && !annotations.has(keyword)) return isPartAlone(schema, home, depth);
  }
  return !hasLower || !hasUpper;
}

/** A part is looked at by the way only so deep. */
const maxDepth = 2;

function requiresOnlyAccepting(schema: JsonObject, home: Home, depth: number): boolean {
  const { required, properties, maxProperties } = schema;
  if (!Array.isArray(required) || !isJsonObject(properties) || maxProperties !== undefined) return false;
  return required.every((name: Json) => {
    const property = typeof name === "string" && Object.hasOwn(properties, name) ? properties[name] : undefined;
    return property === true || (isJsonObject(property) && surelyAccepts(property, home, depth + 1));
  });
}

/** Of a schema that only lists values, refers to another one, or has branches; those that list values may exclude each other. */
function isPartAlone(schema: JsonObject, home: Home, depth: number): boolean {
  const [keyword = "", ...others] = Object.keys(schema).filter((each) => !annotations.has(each));
  if (others.length > 0) return false;
  const value = schema[keyword];
  switch (keyword) {
    case "enum":
      return Array.isArray(value) && value.length > 0;
    case "$ref":
      return depth < maxDepth && leadsToAccepting(schema, home, depth);
    case "anyOf":
    case "oneOf":
      return (
        depth < maxDepth &&
        Array.isArray(value) &&
        value.every(
          (branch: Json) => isJsonObject(branch) && !("enum" in branch) && surelyAccepts(branch, home, depth + 1),
        )
      );
    default:
      return false;
  }
}

function leadsToAccepting(schema: JsonObject, { workflow, catalog }: Home, depth: number): boolean {
  if (!isReferenceAlone(schema)) return false;
  const target = resolveReference(schema.$ref, workflow, catalog);
  if (target.kind !== "schema") return true;
  const { value } = target.schema.schema;
  return isJsonObject(value) && surelyAccepts(value, { workflow: target.workflow, catalog }, depth + 1);
}

/** What says at most that a value has no properties or items. */
const harmless: ReadonlySet<string> = new Set(
  "additionalProperties format items pattern patternProperties properties type uniqueItems".split(" "),
);
const lower: ReadonlySet<string> = new Set("exclusiveMinimum minimum minLength".split(" "));
const upper: ReadonlySet<string> = new Set("exclusiveMaximum maximum maxItems maxLength maxProperties".split(" "));
