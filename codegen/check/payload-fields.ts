import type { Catalog, CatalogWorkflow } from "../catalog.js";
import { didYouMean, quote } from "../diagnostic.js";
import { isJsonObject, type Json, type JsonObject } from "../json.js";
import { typeNames } from "../json-schema.js";
import { inPlaceSchemas, resolveReference } from "../references.js";

/**
 * What keeps the field `name` of a payload from telling jobs apart, as a sentence with the way out; undefined when
 * every payload has it, with one plain value.
 */
export function faultOfField(name: string, payload: Json, from: CatalogWorkflow, catalog: Catalog): string | undefined {
  const field = fieldOf(payload, name, { workflow: from, catalog, known: new Map(), depth: 0 });
  if (field === undefined) {
    const forms = inPlaceSchemas(payload, from, catalog);
    const known = new Set(forms.flatMap(({ schema }) => Object.keys(objectOf(schema.properties))));
    // It stands in one of several forms.
    const others = known.has(name) ? [] : [...known];
    return `Not every payload declares a field ${quote(name)}.${didYouMean(name, others)}`;
  }
  if (!field.isRequired) {
    return `A payload may lack ${quote(name)}, so it cannot tell jobs apart. Add it to ${quote("required")}.`;
  }
  return field.isPlain ? undefined : `${quote(name)} cannot tell jobs apart: its ${quote("type")} is no plain one.`;
}

interface Field {
  readonly isRequired: boolean;
  /** Its values are texts, numbers, booleans or null. */
  readonly isPlain: boolean;
}

/** More than anybody writes, and no more than calls can be deep. */
const maxDepth = 500;

interface Scope {
  readonly workflow: CatalogWorkflow;
  readonly catalog: Catalog;
  /** What schemas are known to say: references may lead back, or the same way many times. */
  readonly known: Map<Json, Field | undefined>;
  /** Of references: a chain of them may be longer than calls can be deep. */
  readonly depth: number;
}

/** What the schema says of a field in every value that it lets in; undefined where it doesn't declare it for all. */
function fieldOf(schema: Json, name: string, scope: Scope): Field | undefined {
  if (!isJsonObject(schema)) return undefined;
  if (!scope.known.has(schema)) {
    scope.known.set(schema, undefined);
    scope.known.set(schema, readField(schema, name, scope));
  }
  return scope.known.get(schema);
}

function readField(schema: JsonObject, name: string, scope: Scope): Field | undefined {
  const { properties, required, allOf, anyOf, oneOf } = schema;
  const property = objectOf(properties)[name];
  const branches = (list: Json | undefined) =>
    (Array.isArray(list) ? list : []).map((each) => fieldOf(each, name, scope));
  const target = referred(schema, scope);
  const parts = [
    property === undefined ? undefined : { isRequired: false, isPlain: isPlain(property, scope) },
    target && fieldOf(target.schema, name, target.scope),
    ...branches(allOf),
    ...[branches(anyOf), branches(oneOf)].map(inEvery),
  ].filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  const isListed = Array.isArray(required) && required.includes(name);
  return { isRequired: isListed || parts.some((part) => part.isRequired), isPlain: parts.some((part) => part.isPlain) };
}

function inEvery(branches: readonly (Field | undefined)[]): Field | undefined {
  const found = branches.filter((branch) => branch !== undefined);
  if (found.length === 0 || found.length < branches.length) return undefined;
  return { isRequired: found.every((each) => each.isRequired), isPlain: found.every((each) => each.isPlain) };
}

function isPlain(schema: Json, scope: Scope): boolean {
  if (!isJsonObject(schema)) return false;
  const target = referred(schema, scope);
  if (target !== undefined) return isPlain(target.schema, target.scope);
  if (Array.isArray(schema.enum)) return schema.enum.every((value) => typeof value !== "object");
  if (schema.const !== undefined) return typeof schema.const !== "object";
  return typeNames(schema)?.every((type) => type !== "object" && type !== "array") ?? false;
}

function referred(schema: JsonObject, scope: Scope): { schema: Json; scope: Scope } | undefined {
  if (typeof schema.$ref !== "string" || scope.depth > maxDepth) return undefined;
  const target = resolveReference(schema.$ref, scope.workflow, scope.catalog);
  if (target.kind !== "schema") return undefined;
  return { schema: target.schema.schema.value, scope: { ...scope, workflow: target.workflow, depth: scope.depth + 1 } };
}

function objectOf(value: Json | undefined): { readonly [name: string]: Json } {
  return isJsonObject(value) ? value : {};
}
