import type { Catalog } from "../../catalog.js";
import { quote } from "../../diagnostic.js";
import { isJsonObject, type Json, type JsonObject } from "../../json.js";
import { annotations, typeNames } from "../../json-schema.js";
import { memoize } from "../../memoize.js";
import { resolveReference } from "../../references.js";
import { join, meet } from "./combine-values.js";
import { ownValues } from "./own-values.js";
import { anything, type Fault, nothing, type PossibleValues, type Site } from "./possible-values.js";
import { acceptsAll, isRefusal, showRefusal } from "./refusals.js";
import { allTypes, namesOf, typeSet } from "./type-sets.js";

/**
 * What each schema of the catalog leaves of the values there are, with the schemas that it refers to, those of `allOf`
 * and the choices of `anyOf` and `oneOf`. It has a fault where nothing is left by what is said here and not already by
 * one of those.
 */
export const possibleValues = memoize((catalog: Catalog): ((site: Site) => PossibleValues) => {
  const known = new Map<JsonObject, PossibleValues>();
  const ask = ({ schema }: Site) =>
    isJsonObject(schema) ? (known.get(schema) ?? anything) : schema === false ? nothing : anything;
  return (site) => {
    for (const each of inOrder(site, catalog, known)) {
      known.set(each.schema, leadsBack(each, catalog, known) ? circular : find(each, catalog, ask));
    }
    return ask(site);
  };
});

/**
 * Of a schema that refers to itself for the same value, through others too, or to one that does. Another rule says so;
 * what is said of it here must not depend on where the circle is entered.
 */
const circular: PossibleValues = { types: allTypes };

function leadsBack(site: Site, catalog: Catalog, known: ReadonlyMap<Json, PossibleValues>): boolean {
  return partsOf(site, catalog).some(({ schema }) => {
    if (!isJsonObject(schema)) return false;
    const values = known.get(schema);
    return values === undefined || values === circular;
  });
}

/** A site whose schema is no boolean. */
interface ObjectSite extends Site {
  readonly schema: JsonObject;
}

/**
 * The site and those it stands on that are not known, each after what it stands on itself.
 *
 * A list holds the path, since references make chains that are longer than calls can be deep. Where they go in circles
 * one of them comes before what it stands on.
 */
function* inOrder(site: Site, catalog: Catalog, known: ReadonlyMap<JsonObject, unknown>): Generator<ObjectSite> {
  const path = [site];
  const open = new Set<Json>();
  for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
    if (!isObjectSite(at) || known.has(at.schema)) {
      path.pop();
      continue;
    }
    const isEntered = open.has(at.schema);
    open.add(at.schema);
    const before = path.length;
    if (!isEntered) for (const part of partsOf(at, catalog)) if (!open.has(part.schema)) path.push(part);
    if (path.length > before) continue;
    path.pop();
    yield at;
  }
}

function isObjectSite(site: Site): site is ObjectSite {
  return isJsonObject(site.schema);
}

/** The schemas that hold for the same value, or may: that of `$ref`, and those of `allOf`, `anyOf` and `oneOf`. */
export function partsOf(site: Site, catalog: Catalog): Site[] {
  return [...requiredParts(site, catalog), ...branchesOf("anyOf", site), ...branchesOf("oneOf", site)];
}

/** The schemas that must hold for the same value: that of `$ref`, and those of `allOf`. */
export function requiredParts(site: Site, catalog: Catalog): Site[] {
  const { schema, workflow } = site;
  if (!isJsonObject(schema)) return [];
  const target = typeof schema.$ref === "string" ? resolveReference(schema.$ref, workflow, catalog) : undefined;
  const all = branchesOf("allOf", site);
  if (target?.kind !== "schema") return all;
  const { schema: node } = target.schema;
  return [{ schema: node.value, node, pointer: "", workflow: target.workflow }, ...all];
}

/** The schemas of a keyword that holds a list of them. */
export function branchesOf(keyword: "allOf" | "anyOf" | "oneOf", site: Site): Site[] {
  const list = isJsonObject(site.schema) ? site.schema[keyword] : undefined;
  if (!Array.isArray(list)) return [];
  return list.map((schema: Json, n: number) => ({ ...site, schema, pointer: `${site.pointer}/${keyword}/${n}` }));
}

function find(site: ObjectSite, catalog: Catalog, ask: (site: Site) => PossibleValues): PossibleValues {
  let values = ownValues(site, site.schema);
  for (const part of requiredParts(site, catalog)) {
    const own = ask(part);
    if (own.types === 0) return refusing(part) ?? nothing;
    values = meet(values, own);
    if (values.types === 0) return values;
  }
  for (const keyword of ["anyOf", "oneOf"] as const) {
    if (site.schema[keyword] === undefined) continue;
    values = choose(keyword, values, site, ask);
    if (values.types === 0) return values;
  }
  return site.schema.not === undefined ? values : subtract(values, site, site.schema.not);
}

/** Of an `allOf` with a schema that refuses all on purpose, which is not told where it stands. */
function refusing({ schema, ...part }: Site): PossibleValues | undefined {
  if (part.pointer === "" || !isRefusal(schema)) return undefined;
  const message = () => `Nothing fits the schema ${showRefusal(schema)}.`;
  return empty({ origins: [{ site: { ...part, schema }, pointer: part.pointer }], message });
}

function empty(fault: Fault): PossibleValues {
  return { types: 0, fault };
}

function choose(keyword: "anyOf" | "oneOf", values: PossibleValues, site: Site, ask: (site: Site) => PossibleValues) {
  const branches = branchesOf(keyword, site);
  if (branches.length === 0) return values;
  const left = branches.map((branch) => meet(values, ask(branch)));
  if (left.some(({ types }) => types !== 0)) return joinBranches(keyword, values, left);
  if (branches.every((branch) => ask(branch).types === 0)) {
    if (!branches.every(({ schema }) => isRefusal(schema))) return nothing;
    return empty({
      origins: [{ site, pointer: `${site.pointer}/${keyword}` }],
      message: () => `Nothing fits, since every branch of ${quote(keyword)} refuses every value.`,
    });
  }
  const why = left.find(({ fault }) => fault !== undefined)?.fault;
  return empty({
    origins: [{ site, pointer: `${site.pointer}/${keyword}` }],
    message: (at) =>
      `No branch of ${quote(keyword)} agrees with the rest.${why === undefined ? "" : ` ${why.message(at)}`}`,
  });
}

function joinBranches(keyword: "anyOf" | "oneOf", values: PossibleValues, left: readonly PossibleValues[]) {
  const some = left.filter(({ types }) => types !== 0);
  const joined = join(some);
  if (some.length === 1) return joined;
  const { objects, arrays } = values;
  const listed = some.reduce((sum, each) => sum + (each.listed?.values.length ?? 0), 0);
  // A value of two branches is none of `oneOf`.
  const isOpen = joined.isOpen || (keyword === "oneOf" && listed !== joined.listed?.values.length);
  return { ...joined, ...(objects && { objects }), ...(arrays && { arrays }), ...(isOpen && { isOpen }) };
}

/** A `not` that refuses all, or one that refuses some types and says no more. */
function subtract(values: PossibleValues, site: Site, not: Json): PossibleValues {
  const origins = [{ site, pointer: `${site.pointer}/not` }];
  if (acceptsAll(not)) {
    const message = () => `Nothing fits, since ${quote(`not: ${JSON.stringify(not)}`)} refuses every value.`;
    return empty({ origins, message });
  }
  const names = typeNames(not);
  if (
    names === undefined ||
    !isJsonObject(not) ||
    !Object.keys(not).every((key) => key === "type" || annotations.has(key))
  ) {
    return values;
  }
  const types =
    values.types & ~names.reduce((set, name) => set | (typeSet([name]) === allTypes ? 0 : typeSet([name])), 0);
  if (types !== 0) return { ...values, types };
  const said = namesOf(values.types).map(quote).join(" or ");
  return empty({ origins, message: () => `Nothing is ${said} and none of what ${quote("not")} refuses.` });
}
