import { isJsonObject, type Json, type JsonObject } from "../../json.js";
import { annotations } from "../../json-schema.js";

/**
 * Whether the schema certainly accepts some value, whatever the others inside it say.
 *
 * Nearly every schema does, and this tells so in no time; the others are looked at.
 */
export function surelyAccepts(schema: JsonObject, depth = 0): boolean {
  let [hasLower, hasUpper] = [false, false];
  for (const keyword in schema) {
    if (lower.has(keyword)) hasLower = true;
    else if (upper.has(keyword)) hasUpper = true;
    else if (keyword === "required") {
      if (depth === maxDepth || !requiresOnlyAccepting(schema, depth)) return false;
    } else if (!harmless.has(keyword) && !annotations.has(keyword)) return isListAlone(schema);
  }
  return !hasLower || !hasUpper;
}

/** A property that is required inside another one, and so on, is looked at by the way only so deep. */
const maxDepth = 2;

function requiresOnlyAccepting({ required, properties, maxProperties }: JsonObject, depth: number): boolean {
  if (!Array.isArray(required) || !isJsonObject(properties) || maxProperties !== undefined) return false;
  return required.every((name: Json) => {
    const property = typeof name === "string" && Object.hasOwn(properties, name) ? properties[name] : undefined;
    return property === true || (isJsonObject(property) && surelyAccepts(property, depth + 1));
  });
}

function isListAlone(schema: JsonObject): boolean {
  if (!Array.isArray(schema.enum) || schema.enum.length === 0) return false;
  return Object.keys(schema).every((keyword) => keyword === "enum" || annotations.has(keyword));
}

/** What says at most that a value has no properties or items. */
const harmless: ReadonlySet<string> = new Set(
  "additionalProperties format items pattern patternProperties properties type".split(" "),
);
const lower: ReadonlySet<string> = new Set("exclusiveMinimum minimum minLength".split(" "));
const upper: ReadonlySet<string> = new Set("exclusiveMaximum maximum maxItems maxLength maxProperties".split(" "));
