import type { Catalog, CatalogWorkflow, SharedSchema } from "../catalog.js";
import { isJsonObject, type Json, type JsonObject } from "../json.js";
import { keywordShapes, typeNames } from "../json-schema.js";
import { memoize } from "../memoize.js";
import { resolveReference } from "../references.js";

/** A place in a payload, with every schema that holds for the value there whatever the value is. */
export interface Place {
  readonly catalog: Catalog;
  /** What its own schema says, then what it refers to, then the members of `allOf`. */
  readonly parts: readonly Part[];
  /** Of the shared schemas that its own schema refers to. */
  readonly names: readonly string[];
  /** Whether one of these contains the place, so that its parts are not repeated here. */
  readonly isRepeated: boolean;
  /** Whether no value may be here. */
  readonly isNever: boolean;
  /** Whether nothing is inside of it and it has one form: most places are so, and there is little to ask of them. */
  readonly isLeaf: boolean;
  /** The shared schemas that the place is inside of, its own included. */
  readonly open: ReadonlySet<SharedSchema>;
  /** What is known of the value without the place: what encloses one of several forms says of each. */
  readonly around: { readonly required: readonly string[]; readonly types?: readonly string[] | undefined };
}

/** A schema with the workflow that it is written in, to whose file its references are relative. */
export interface Part<Schema extends Json = JsonObject> {
  readonly schema: Schema;
  readonly workflow: CatalogWorkflow;
}

/** The whole of a payload or a result. */
export function wholePlace(schema: Json, workflow: CatalogWorkflow, catalog: Catalog): Place {
  return placeOf([{ schema, workflow }], catalog, new Set(), { required: [] });
}

/** A place inside another, for which all the schemas hold. */
export function placeInside({ catalog, open }: Place, schemas: readonly Part<Json>[]): Place {
  return placeOf(schemas, catalog, open, { required: [] });
}

/** The place again, with what a schema adds that holds for some of its values. */
export function placeIf(place: Place, schema: Part<Json>): Place {
  const around = { required: requiredNames(place), types: typesOf(place) };
  return placeOf([schema], place.catalog, place.open, around);
}

/** In a list of what is still to be read, since a chain of references may be longer than calls can be deep. */
function placeOf(
  schemas: readonly Part<Json>[],
  catalog: Catalog,
  outside: ReadonlySet<SharedSchema>,
  around: Place["around"],
): Place {
  const [only] = schemas;
  if (only !== undefined && schemas.length === 1 && isJsonObject(only.schema) && !joins(only.schema)) {
    const part = { schema: only.schema, workflow: only.workflow };
    const isLeaf = isPlain(part);
    return { catalog, parts: [part], names: [], isRepeated: false, isNever: false, isLeaf, open: outside, around };
  }
  const parts: Part[] = [];
  const names: string[] = [];
  const opened = new Set<SharedSchema>();
  let isRepeated = false;
  let isNever = false;
  const waiting = schemas.map((part) => ({ ...part, isOwn: true })).reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { schema, workflow, isOwn } = next;
    if (schema === false) isNever = true;
    if (!isJsonObject(schema)) continue;
    parts.push({ schema, workflow });
    for (const member of [...listOf(schema.allOf)].reverse()) waiting.push({ schema: member, workflow, isOwn });
    if (typeof schema.$ref !== "string") continue;
    const target = resolveReference(schema.$ref, workflow, catalog);
    if (target.kind !== "schema") continue;
    if (isOwn) names.push(target.schema.name.value);
    if (outside.has(target.schema)) isRepeated = true;
    if (outside.has(target.schema) || opened.has(target.schema)) continue;
    opened.add(target.schema);
    waiting.push({ schema: target.schema.schema.value, workflow: target.workflow, isOwn: false });
  }
  const open = opened.size === 0 ? outside : new Set([...outside, ...opened]);
  return {
    catalog,
    parts,
    names: [...new Set(names)],
    isRepeated,
    isNever,
    isLeaf: parts.every(isPlain),
    open,
    around,
  };
}

/** Most schemas neither refer to another nor hold parts of the same place. */
function joins(schema: JsonObject): boolean {
  return schema.$ref !== undefined || schema.allOf !== undefined;
}

/** The members of `allOf` are parts themselves. */
function isPlain({ schema }: Part): boolean {
  for (const keyword in schema) if (branching.has(keyword)) return false;
  return true;
}

const branching: ReadonlySet<string> = new Set([
  "required",
  "dependentRequired",
  ...[...keywordShapes].flatMap(([keyword, shape]) => (shape === "plain" || keyword === "allOf" ? [] : [keyword])),
]);

/** Whether one of the place's schemas has the keyword. Asked of every place, of keywords that few have. */
export function says({ parts }: Place, keyword: string): boolean {
  for (const { schema } of parts) if (schema[keyword] !== undefined) return true;
  return false;
}

/** What one of the place's schemas says by a keyword; the place's own comes before what it refers to. */
export function firstOf(place: Place, keyword: string): Json | undefined {
  for (const { schema } of place.parts) if (schema[keyword] !== undefined) return schema[keyword];
  return undefined;
}

/** The types that all schemas leave; undefined where they leave all. */
export function typesOf({ parts, around }: Place): readonly string[] | undefined {
  const [only] = parts;
  if (only !== undefined && parts.length === 1 && around.types === undefined) return typeNames(only.schema);
  const lists = [...parts.map(({ schema }) => typeNames(schema)), around.types].filter((list) => list !== undefined);
  return lists.length === 0 ? undefined : lists.reduce(sharedTypes);
}

function sharedTypes(some: readonly string[], others: readonly string[]): readonly string[] {
  return some.flatMap((type) => {
    if (others.includes(type) || (type === "integer" && others.includes("number"))) return [type];
    return type === "number" && others.includes("integer") ? ["integer"] : [];
  });
}

/** The values that `const` and `enum` leave; undefined where there is neither. */
export function valuesOf(place: Place): readonly Json[] | undefined {
  if (!says(place, "const") && !says(place, "enum")) return undefined;
  const [first, ...others] = place.parts.flatMap(({ schema }) => [
    ...(schema.const === undefined ? [] : [[schema.const]]),
    ...(Array.isArray(schema.enum) ? [schema.enum as readonly Json[]] : []),
  ]);
  const texts = others.map((values) => new Set(values.map((value) => JSON.stringify(value))));
  return first?.filter((value) => texts.every((known) => known.has(JSON.stringify(value))));
}

/** The properties that have a name, in the order of the schemas. */
export function propertiesOf(place: Place): ReadonlyMap<string, Place> {
  return says(place, "properties") ? readProperties(place) : noProperties;
}

const noProperties: ReadonlyMap<string, Place> = new Map();

const readProperties = memoize((place: Place): ReadonlyMap<string, Place> => {
  const found = new Map<string, Part<Json>[]>();
  for (const { schema, workflow } of place.parts) {
    for (const [name, property] of entriesOf(schema.properties)) {
      const own = found.get(name);
      if (own === undefined) found.set(name, [{ schema: property, workflow }]);
      else own.push({ schema: property, workflow });
    }
  }
  return new Map([...found].map(([name, schemas]) => [name, placeInside(place, schemas)]));
});

/** The properties that an object has at least, for those around it as well. */
export function requiredNames({ parts, around }: Place): readonly string[] {
  const own = parts.flatMap(({ schema }) => listOf(schema.required)).filter((name) => typeof name === "string");
  return [...new Set([...around.required, ...own])];
}

/** For a property, those that must be there when it is. */
export function dependentNames({ parts }: Place, name: string): readonly string[] {
  const lists = parts.flatMap(({ schema }) => entriesOf(schema.dependentRequired).filter(([from]) => from === name));
  return [...new Set(lists.flatMap(([, names]) => listOf(names).map(String)))];
}

/** The properties that have no name: those like a pattern, and all others. An object that merely lets others be has none. */
export function wildcardsOf(place: Place): readonly Wildcard[] {
  return says(place, "patternProperties") || says(place, "additionalProperties") ? readWildcards(place) : [];
}

const readWildcards = memoize((place: Place): readonly Wildcard[] => {
  const patterns = place.parts.flatMap(({ schema, workflow }) =>
    entriesOf(schema.patternProperties).map(([pattern, property]) => ({
      pattern,
      place: placeInside(place, [{ schema: property, workflow }]),
    })),
  );
  const others = place.parts.flatMap(({ schema: { additionalProperties: schema }, workflow }) =>
    isJsonObject(schema) && Object.keys(schema).length > 0 ? [{ schema, workflow }] : [],
  );
  return others.length === 0 ? patterns : [...patterns, { place: placeInside(place, others) }];
});

/** Properties that have no name. */
export interface Wildcard {
  readonly pattern?: string;
  readonly place: Place;
}

/** The items that have a place of their own, and those after them; a schema for any item holds for the former as well. */
export function itemsOf(place: Place): Items {
  return says(place, "items") || says(place, "prefixItems") ? readItems(place) : noItems;
}

const noItems: Items = { places: [] };

const readItems = memoize((place: Place): Items => {
  const count = Math.max(0, ...place.parts.map(({ schema }) => listOf(schema.prefixItems).length));
  const at = (index: number) =>
    place.parts.flatMap(({ schema, workflow }) => {
      const item = listOf(schema.prefixItems)[index] ?? schema.items;
      return item === undefined ? [] : [{ schema: item, workflow }];
    });
  const rest = at(count);
  const places = Array.from({ length: count }, (_, index) => placeInside(place, at(index)));
  return rest.length === 0 ? { places } : { places, rest: placeInside(place, rest) };
});

/** What is in a list. */
export interface Items {
  readonly places: readonly Place[];
  readonly rest?: Place;
}

/** The entries of what should be an object. */
function entriesOf(value: Json | undefined): [string, Json][] {
  return isJsonObject(value) ? Object.entries(value) : [];
}

/** The items of what should be a list. */
export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
