import type { Catalog } from "../../catalog.js";
import { quote } from "../../diagnostic.js";
import { isJsonObject, type Json } from "../../json.js";
import { memoize } from "../../memoize.js";
import { pointerTo } from "../../parse/json-value.js";
import { meet } from "./combine-values.js";
import { namesToAsk } from "./contradictions.js";
import type { Fault, PossibleValues, Site } from "./possible-values.js";
import { surelyAccepts } from "./surely-accepts.js";
import { arrays, objects } from "./type-sets.js";
import { branchesOf, possibleValues, requiredParts } from "./whole-schemas.js";

/** Why the schema at a site accepts nothing; undefined where it accepts something, or why not is told elsewhere. */
export const emptiness = memoize((catalog: Catalog): ((site: Site) => Fault | undefined) => {
  const states = new Map<Json, State>();
  return (site) => {
    if (!isJsonObject(site.schema) || surelyAccepts(site.schema, { ...site, catalog })) return undefined;
    if (!states.has(site.schema)) findAccepting(discover(site, catalog, states));
    return states.get(site.schema)?.fault;
  };
});

/** A schema that what fits another one has to fit too, or a part of it. */
interface Need {
  readonly site: Site;
  /** How messages call the part; none where it is the same value. */
  readonly part?: string;
  state?: State;
}

/** What is known of one schema. */
interface State {
  readonly site: Site;
  /** All that must accept something. */
  readonly all: readonly Need[];
  /** Lists of alternatives, of one of which all must. */
  readonly choices: readonly (readonly (readonly Need[])[])[];
  /** Those that asked for this one before it was known to accept something. */
  readonly waiting: State[];
  fault?: Fault | undefined;
  isEmpty: boolean;
  accepts: boolean;
}

/** Adds the states of the schema and of all that it needs, and returns them, what is needed mostly after what needs it. */
function discover(start: Site, catalog: Catalog, states: Map<Json, State>): State[] {
  const found: State[] = [];
  const pending = [start];
  for (let site = pending.pop(); site !== undefined; site = pending.pop()) {
    if (!isJsonObject(site.schema) || states.has(site.schema) || surelyAccepts(site.schema, { ...site, catalog }))
      continue;
    const state = stateOf(site, catalog);
    states.set(site.schema, state);
    found.push(state);
    for (const need of needsOf(state)) pending.push(need.site);
  }
  for (const state of found) for (const need of needsOf(state)) link(need, states);
  return found;
}

function link(need: Need, states: ReadonlyMap<Json, State>): void {
  const state = states.get(need.site.schema);
  if (state !== undefined) need.state = state;
}

function* needsOf({ all, choices }: State): Generator<Need> {
  yield* all;
  for (const choice of choices) for (const alternative of choice) yield* alternative;
}

function stateOf(site: Site, catalog: Catalog): State {
  const valuesOf = possibleValues(catalog);
  const values = valuesOf(site);
  const fault = values.types === 0 ? values.fault : clashOfProperties(values, valuesOf);
  const isEmpty = values.types === 0 || fault !== undefined;
  const needs = (parts: readonly Site[]): Need[] => parts.map((part) => ({ site: part }));
  const choices = (["anyOf", "oneOf"] as const).flatMap((keyword) => {
    const branches = branchesOf(keyword, site);
    if (isEmpty || branches.length === 0) return [];
    const isLarge = branches.length * (values.required?.size ?? 0) > maxBranchNeeds;
    return [
      branches.map((branch) => [...needs([branch]), ...(isLarge ? [] : partsNeeded(meet(values, valuesOf(branch))))]),
    ];
  });
  return {
    site,
    all: isEmpty ? [] : [...needs(requiredParts(site, catalog)), ...partsNeeded(values)],
    choices,
    waiting: [],
    ...(fault !== undefined && fault.isTold !== true && { fault }),
    isEmpty,
    accepts: false,
  };
}

/** With more, the parts that only a branch needs are left out of account. */
const maxBranchNeeds = 10_000;

/** The schemas of the properties and items that every value has. */
function partsNeeded(values: PossibleValues): Need[] {
  if (values.listed !== undefined) return [];
  if (values.types === objects) return propertyNeeds(values);
  if (values.types !== arrays) return [];
  const least = values.items?.least?.value ?? 0;
  return (values.arrays ?? []).flatMap((site) => itemNeeds(site, least));
}

function propertyNeeds({ required = new Map(), objects: sites = [] }: PossibleValues): Need[] {
  // A schema that is used by thousands says by itself what it needs.
  if (sites.length > 1 && required.size > maxJoinedNames) return [];
  return sites.flatMap((site) =>
    [...namesToAsk(site, required)].flatMap((name) => {
      const part = propertySite(name, site);
      return part === undefined ? [] : [{ site: part, part: quote(name) }];
    }),
  );
}

const maxJoinedNames = 200;

/** Where the schema says what a property of that name is. */
function propertySite(name: string, site: Site): Site | undefined {
  const { properties, patternProperties, additionalProperties } = site.schema as Readonly<Record<string, Json>>;
  if (isJsonObject(properties) && Object.hasOwn(properties, name)) {
    return { ...site, schema: properties[name] ?? null, pointer: pointerTo(`${site.pointer}/properties`, name) };
  }
  if (patternProperties !== undefined || additionalProperties === undefined) return undefined;
  return { ...site, schema: additionalProperties, pointer: `${site.pointer}/additionalProperties` };
}

function itemNeeds(site: Site, least: number): Need[] {
  const { prefixItems, items, contains, minContains = 1 } = site.schema as Readonly<Record<string, Json>>;
  const prefix = Array.isArray(prefixItems) ? prefixItems : [];
  const need = (schema: Json, step: string): Need => ({
    site: { ...site, schema, pointer: `${site.pointer}/${step}` },
    part: "item",
  });
  return [
    ...prefix.slice(0, least).map((schema: Json, n) => need(schema, `prefixItems/${n}`)),
    ...(items !== undefined && least > prefix.length ? [need(items, "items")] : []),
    ...(contains !== undefined && typeof minContains === "number" && minContains > 0
      ? [need(contains, "contains")]
      : []),
  ];
}

/** A required property of which several schemas say what it is, and not the same. */
function clashOfProperties(values: PossibleValues, valuesOf: (site: Site) => PossibleValues): Fault | undefined {
  const sites = values.objects ?? [];
  if (values.types !== objects || values.listed !== undefined || sites.length < 2) return undefined;
  const byName = new Map<string, PossibleValues[]>();
  for (const { site, part = "" } of propertyNeeds(values)) {
    byName.set(part, [...(byName.get(part) ?? []), valuesOf(site)]);
  }
  for (const [name, parts] of byName) {
    if (parts.length < 2 || parts.some(({ types }) => types === 0)) continue;
    const { types, fault } = parts.reduce(meet);
    if (types !== 0 || fault === undefined) continue;
    const message = (at: Site) => `${name} is required, and nothing fits all that is said of it. ${fault.message(at)}`;
    return { ...fault, message };
  }
  return undefined;
}

/**
 * Finds out which of the schemas accept something: those that need none that doesn't, and so on. That is the least set
 * for which this holds, so a schema that needs itself is not in it.
 */
function findAccepting(found: readonly State[]): void {
  const pending = [...found];
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    if (state.accepts || state.isEmpty) continue;
    const missing = missingOf(state);
    if (missing === undefined) {
      state.accepts = true;
      for (const other of state.waiting.splice(0)) pending.push(other);
    } else for (const need of missing) need.state?.waiting.push(state);
  }
  tellCircles(found);
}

/** What a schema still waits for, one for each way there is; undefined when it waits for nothing. */
function missingOf({ all, choices }: State): readonly Need[] | undefined {
  const first = all.find(isMissing);
  if (first !== undefined) return [first];
  for (const choice of choices) {
    const missing = choice.map((alternative) => alternative.find(isMissing));
    if (missing.every((need) => need !== undefined)) return missing;
  }
  return undefined;
}

function isMissing({ site, state }: Need): boolean {
  return state === undefined ? site.schema === false : !state.accepts;
}

/** Gives a fault to one schema of each circle of those that only wait for each other. */
function tellCircles(found: readonly State[]): void {
  const walked = new Set<State>();
  for (const start of found) {
    const path: { readonly state: State; readonly need: Need }[] = [];
    let at: State | undefined = start;
    while (at !== undefined && !at.accepts && !at.isEmpty && !walked.has(at)) {
      walked.add(at);
      const need: Need | undefined = missingOf(at)?.[0];
      if (need === undefined) break;
      path.push({ state: at, need });
      at = need.state;
    }
    const from = path.findIndex(({ state }) => state === at);
    if (from >= 0) tellCircle(path.slice(from));
  }
}

/** At the part that comes first in the files, so that it is the same wherever the circle is entered. */
function tellCircle(circle: readonly { readonly state: State; readonly need: Need }[]): void {
  const steps = circle.filter(({ need }) => need.part !== undefined);
  const [first] = [...steps].sort((a, b) => (placeText(a.need.site) < placeText(b.need.site) ? -1 : 1));
  // Without a part it is a schema that refers to itself for the same value, which another rule tells.
  if (first === undefined) return;
  const at = steps.indexOf(first);
  const parts = [...steps.slice(at), ...steps.slice(0, at)].map(({ need }) => need.part ?? "");
  const origin = { site: first.need.site, pointer: first.need.site.pointer };
  first.state.fault = { origins: [origin], isOfKey: true, message: () => describeCircle(parts), wayOut: endCircle };
}

const endCircle = "Let it be left out, be `null`, or be an empty list.";

function placeText({ node, pointer }: Site): string {
  return `${node.span.file} ${String(node.span.start).padStart(9, "0")} ${pointer}`;
}

function describeCircle([first = "", ...others]: readonly string[]): string {
  const through =
    others.length === 0 ? "" : `, through ${others.slice(0, 5).join(", ")}${others.length > 5 ? ", …" : ""}`;
  return `Every ${first} needs another one inside it${through}, without end.`;
}
