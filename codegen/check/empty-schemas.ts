import { type Diagnostic, error, quote } from "../diagnostic.js";
import { isJsonObject, type Json, type JsonObject } from "../json.js";
import { type Subschema, subschemas, typeNames } from "../json-schema.js";
import { type JsonNode, keyPlaceAt, placeAt, pointerTo } from "../parse/json-value.js";
import { ownSchemas } from "../references.js";
import type { Span } from "../source.js";
import type { Fault, Origin, Site } from "./emptiness/possible-values.js";
import { isRefusal } from "./emptiness/refusals.js";
import { emptiness } from "./emptiness/required-schemas.js";
import { typeOf, typeSet } from "./emptiness/type-sets.js";
import type { WorkflowRule } from "./rule.js";

/**
 * No schema contradicts itself, so that nothing would ever fit it. It is told of the schema that does, not of those that
 * use it; and not of one inside another that refuses everything on purpose.
 */
export const checkEmptySchemas: WorkflowRule = (workflow, catalog) => {
  const faultOf = emptiness(catalog);
  return ownSchemas(workflow).flatMap((node) => [
    ...(node.value === false ? [error("empty-schema", node.span, "Nothing fits the schema `false`.")] : []),
    ...subschemas(node.value).flatMap((inner) => {
      const own = [
        ...crossedLimits(node, inner),
        ...impossibleValues(node, inner),
        ...forbiddenProperties(node, inner),
      ];
      if (own.length > 0 || (inner.pointer !== "" && isRefusal(inner.schema))) return own;
      const site = { ...inner, node, workflow };
      const fault = faultOf(site);
      if (fault === undefined) return [];
      const wayOut = fault.wayOut === undefined ? "" : ` ${fault.wayOut}`;
      return [error("empty-schema", placeOf(fault, site), `${fault.message(site)}${wayOut}`)];
    }),
  ]);
};

/** The last of the places in the schema itself that the fault is about, or where it refers to them. */
function placeOf({ origins, isOfKey }: Fault, site: Site): Span {
  const own = origins.filter((origin) => isInside(origin, site));
  if (own.length === 0 && isJsonObject(site.schema) && "$ref" in site.schema) {
    return placeAt(site.node, `${site.pointer}/$ref`);
  }
  const place = isOfKey ? keyPlaceAt : placeAt;
  const [last] = own.map(({ pointer }) => place(site.node, pointer)).sort((a, b) => b.start - a.start);
  return last ?? placeAt(site.node, site.pointer);
}

function isInside({ site, pointer }: Origin, at: Site): boolean {
  return site.node === at.node && pointer.startsWith(`${at.pointer}/`);
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
    .filter(({ value }) => (typeOf(value) & typeSet(types)) === 0)
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
