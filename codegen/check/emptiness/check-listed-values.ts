import type { Ajv2020, ErrorObject } from "ajv/dist/2020.js";
import type { Catalog, CatalogWorkflow } from "../../catalog.js";
import { type Diagnostic, error, quote } from "../../diagnostic.js";
import { isJsonObject, type Json, type JsonObject } from "../../json.js";
import { isReferenceAlone, subschemas } from "../../json-schema.js";
import { type JsonNode, placeAt } from "../../parse/json-value.js";
import type { Judge } from "../ajv.js";
import type { Site } from "./possible-values.js";
import { surelyAccepts } from "./surely-accepts.js";
import { branchesOf, possibleValues, requiredParts } from "./whole-schemas.js";

/** What listed values are judged with. */
interface Court {
  readonly workflow: CatalogWorkflow;
  readonly catalog: Catalog;
  readonly ajv: Ajv2020;
  readonly judge: Judge;
}

/** Whether some schema in `node` lists its values and says more of them than the rule for empty schemas can judge. */
export function listsDoubtfulValues(node: JsonNode, workflow: CatalogWorkflow, catalog: Catalog): boolean {
  return subschemas(node.value).some((inner) => doubtfulValues({ ...inner, node, workflow }, catalog).length > 0);
}

/**
 * A schema that lists its values lists one that fits the rest of it.
 *
 * `resolved` is the schema of `node` with references that the court's `ajv` can follow. Of schemas that share a value
 * only the innermost that refuses all is told.
 */
export function checkListedValues(node: JsonNode, resolved: Json, court: Court): Diagnostic[] {
  const { workflow, catalog } = court;
  const written = subschemas(node.value);
  const useless = new Set<Json>();
  const found: Diagnostic[] = [];
  // Both have the same schemas in the same order.
  for (const [index, { schema }] of [...subschemas(resolved).entries()].reverse()) {
    const original = written[index];
    if (original === undefined) continue;
    const site = { ...original, node, workflow };
    const values = doubtfulValues(site, catalog);
    if (values.length === 0 || hasUselessPart(site, useless) || refusesTarget(site, schema, court)) continue;
    const reasons = refusals(values, schema, court);
    if (reasons === undefined) continue;
    useless.add(site.schema);
    found.push(error("empty-schema", placeOfList(site), describe(values, reasons)));
  }
  return found;
}

function doubtfulValues(site: Site, catalog: Catalog): readonly Json[] {
  const { schema } = site;
  if (
    !isJsonObject(schema) ||
    !listing.some((keyword) => keyword in schema) ||
    surelyAccepts(schema, { ...site, catalog })
  )
    return [];
  const { types, listed, isOpen } = possibleValues(catalog)(site);
  return types === 0 || listed === undefined || isOpen !== true || isReferenceAlone(schema) ? [] : listed.values;
}

/** What lists values, or may lead to a schema that does. */
const listing = ["const", "enum", "$ref", "allOf", "anyOf", "oneOf"];

/** Whether a branch has been told that must hold, or each of those of which one must. */
function hasUselessPart(site: Site, useless: ReadonlySet<Json>): boolean {
  if (branchesOf("allOf", site).some(({ schema }) => useless.has(schema))) return true;
  return (["anyOf", "oneOf"] as const).some((keyword) => {
    const branches = branchesOf(keyword, site);
    return branches.length > 0 && branches.every(({ schema }) => useless.has(schema));
  });
}

/** Whether the schema that this one refers to lists useless values, as is told there. */
function refusesTarget(site: Site, { $ref }: JsonObject, court: Court): boolean {
  const target = requiredParts(site, court.catalog).find(({ pointer }) => pointer === "");
  if ($ref === undefined || target === undefined) return false;
  const values = doubtfulValues(target, court.catalog);
  return values.length > 0 && refusals(values, { $ref }, court) !== undefined;
}

/** What is wrong with the first of the values when something is with each. */
function refusals(values: readonly Json[], schema: JsonObject, { ajv, judge }: Court): string | undefined {
  if (values.some(hasInheritedName)) return undefined;
  const validate = ajv.compile(schema);
  let first: string | undefined;
  for (const value of values) {
    const findings = judge(validate, value);
    if (findings === undefined || findings.length === 0) return undefined;
    first ??= findings.map(describeFinding).join(", and ");
  }
  return first;
}

/** Ajv takes two equal objects for different ones if they have a `constructor` of their own. */
function hasInheritedName(value: Json): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, inner]) => name in Object.prototype || hasInheritedName(inner));
}

function describeFinding({ instancePath, message = "does not fit" }: ErrorObject): string {
  return instancePath === "" ? message : `its ${quote(instancePath.slice(1).replaceAll("/", "."))} ${message}`;
}

function placeOfList({ node, pointer, schema }: Site): ReturnType<typeof placeAt> {
  const keyword = listing.find((each) => isJsonObject(schema) && each in schema);
  return placeAt(node, keyword === undefined ? pointer : `${pointer}/${keyword}`);
}

function describe(values: readonly Json[], reason: string): string {
  const [first = null] = values;
  const shown = quote(JSON.stringify(first));
  return values.length === 1
    ? `${shown} is the only value listed, and does not fit the rest of the schema: ${reason}.`
    : `None of the ${values.length} values listed fits the rest of the schema: ${shown} ${reason}.`;
}
