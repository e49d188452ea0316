import { allTasks, type Catalog, type CatalogTask, type CatalogWorkflow } from "../catalog.js";
import { type Diagnostic, didYouMean, error, quote } from "../diagnostic.js";
import { isJsonObject, type Json } from "../json.js";
import { subschemas, typeNames } from "../json-schema.js";
import { resolveReference } from "../references.js";
import type { Rule } from "./rule.js";

/** `unique` tells jobs apart by fields that every payload has, each with one plain value, and says for how long. */
export const checkUniqueFields: Rule = ({ catalog }) =>
  allTasks(catalog).flatMap(({ workflow, task }) => [
    ...checkFields(task, workflow, catalog),
    ...checkEnd(task),
    ...checkSchedules(task),
  ]);

function checkFields({ name: task, unique, payload }: CatalogTask, from: CatalogWorkflow, catalog: Catalog) {
  return (unique?.by ?? []).flatMap(({ value: name, span }): Diagnostic[] => {
    const refuse = (message: string) => [error("invalid-unique", span, message)];
    if (payload === undefined) {
      return refuse(`${quote(task.value)} has no payload. For one live job of the task, write ${quote("by: []")}.`);
    }
    const field = fieldOf(payload.value, name, { workflow: from, catalog, depth: 0 });
    if (field === undefined) {
      const known = subschemas(payload.value).flatMap(({ schema }) => Object.keys(objectOf(schema.properties)));
      return refuse(`Not every payload declares a field ${quote(name)}.${didYouMean(name, [...new Set(known)])}`);
    }
    if (!field.isRequired) {
      return refuse(`A payload may lack ${quote(name)}, so it cannot tell jobs apart. Add it to ${quote("required")}.`);
    }
    return field.isPlain ? [] : refuse(`${quote(name)} cannot tell jobs apart: its ${quote("type")} is no plain one.`);
  });
}

function checkEnd({ unique }: CatalogTask): Diagnostic[] {
  if (unique === undefined || (unique.forMs === undefined) !== (unique.until === undefined)) return [];
  const say = `Write ${quote("for: 12h")} (at most this long) or ${quote("until: completed")}`;
  const both = unique.until !== undefined;
  return [error("invalid-unique", unique.until?.span ?? unique.span, both ? `${say}, not both.` : `${say}.`)];
}

/** BullMQ's schedulers heed no deduplication. */
function checkSchedules({ unique, schedules }: CatalogTask): Diagnostic[] {
  if (unique === undefined || schedules.length === 0) return [];
  const message = `${quote("unique")} is not available yet for a task with a schedule: its runs would be held back by nothing. Let the schedule run a task of its own that enqueues this one.`;
  return [error("not-available", unique.span, message)];
}

interface Field {
  readonly isRequired: boolean;
  /** Its values are texts, numbers, booleans or null. */
  readonly isPlain: boolean;
}

interface Scope {
  readonly workflow: CatalogWorkflow;
  readonly catalog: Catalog;
  /** Of references: one that refers to itself has no end. */
  readonly depth: number;
}

/** What the schema says of a field in every value that it lets in; undefined where it doesn't declare it for all. */
function fieldOf(schema: Json, name: string, scope: Scope): Field | undefined {
  if (!isJsonObject(schema)) return undefined;
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

function referred(schema: Json, { workflow, catalog, depth }: Scope): { schema: Json; scope: Scope } | undefined {
  if (!isJsonObject(schema) || typeof schema.$ref !== "string" || depth > 50) return undefined;
  const target = resolveReference(schema.$ref, workflow, catalog);
  if (target.kind !== "schema") return undefined;
  return { schema: target.schema.schema.value, scope: { workflow: target.workflow, catalog, depth: depth + 1 } };
}

function objectOf(value: Json | undefined): { readonly [name: string]: Json } {
  return isJsonObject(value) ? value : {};
}
