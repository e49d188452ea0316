import type { Catalog, CatalogWorkflow } from "../catalog.js";
import { isJsonObject, type Json, type JsonObject } from "../json.js";
import { resolveReference } from "../references.js";
import { cell, code } from "./markdown.js";

/** A schema as a Markdown table, a line a field; fields of objects inside are written with their path. */
export function payloadTable(schema: Json, workflow: CatalogWorkflow, catalog: Catalog): string[] {
  const rows = fields(schema, "", { workflow, catalog, depth: 0 });
  const whole = {
    path: "(the whole)",
    type: describe(schema, { workflow, catalog, depth: 0 }),
    required: true,
    text: "",
  };
  const shown = rows.length === 0 ? [whole] : rows;
  return [
    "| field | type | required | meaning |",
    "|---|---|---|---|",
    ...shown.map(({ path, type, required, text }) => {
      return `| ${code(path)} | ${cell(type)} | ${required ? "yes" : "no"} | ${cell(text)} |`;
    }),
  ];
}

interface Field {
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly text: string;
}

/** Where a schema is written, since its references are relative to that file, and how deep the table has gone. */
interface Scope {
  readonly workflow: CatalogWorkflow;
  readonly catalog: Catalog;
  readonly depth: number;
}

/** Deeper fields would make nobody wiser, and a recursive schema has no end. */
const maxDepth = 3;

function fields(schema: Json, prefix: string, scope: Scope): Field[] {
  const { schema: target, scope: inside } = follow(schema, scope);
  if (!isJsonObject(target) || !isJsonObject(target.properties) || scope.depth >= maxDepth) return [];
  const required = new Set<Json>(Array.isArray(target.required) ? target.required : []);
  return Object.entries(target.properties).flatMap(([name, property]) => {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    const field = {
      path,
      type: describe(property, inside),
      required: required.has(name),
      text: textOf(property, inside),
    };
    return [field, ...fields(property, path, { ...inside, depth: scope.depth + 1 })];
  });
}

function follow(schema: Json, scope: Scope): { readonly schema: Json; readonly scope: Scope } {
  if (!isJsonObject(schema) || typeof schema.$ref !== "string") return { schema, scope };
  const target = resolveReference(schema.$ref, scope.workflow, scope.catalog);
  if (target.kind !== "schema") return { schema, scope };
  return { schema: target.schema.schema.value, scope: { ...scope, workflow: target.workflow } };
}

function textOf(schema: Json, scope: Scope): string {
  if (!isJsonObject(schema)) return "";
  if (typeof schema.description === "string") return schema.description;
  const { schema: target } = follow(schema, scope);
  return isJsonObject(target) && typeof target.description === "string" ? target.description : "";
}

/** A schema in a few words: `integer, at least 1`; `new or renewed`; `list of string`. */
function describe(schema: Json, scope: Scope): string {
  if (!isJsonObject(schema)) return schema === false ? "nothing" : "anything";
  if (typeof schema.$ref === "string") {
    const target = resolveReference(schema.$ref, scope.workflow, scope.catalog);
    if (target.kind !== "schema" || scope.depth >= maxDepth) return schema.$ref;
    const inside = { ...scope, workflow: target.workflow, depth: scope.depth + 1 };
    return `${target.schema.name.value}: ${describe(target.schema.schema.value, inside)}`;
  }
  if ("const" in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map((value: Json) => JSON.stringify(value)).join(" or ");
  const branches = [schema.oneOf, schema.anyOf].filter((list) => Array.isArray(list)).flat();
  if (branches.length > 0) return branches.map((branch) => describe(branch as Json, deeper(scope))).join(" or ");
  return [typeWords(schema, scope), ...limits(schema)].join(", ");
}

function typeWords(schema: JsonObject, scope: Scope): string {
  const types: readonly Json[] = Array.isArray(schema.type) ? schema.type : [schema.type ?? "anything"];
  const words = types.map((type) => {
    if (type === "string" && typeof schema.format === "string") return schema.format;
    if (type === "array" && schema.items !== undefined) return `list of ${describe(schema.items, deeper(scope))}`;
    return type === "array" ? "list" : String(type);
  });
  return words.join(" or ");
}

const limitWords: readonly (readonly [keyword: string, words: (limit: string) => string])[] = [
  ["minimum", (limit) => `at least ${limit}`],
  ["exclusiveMinimum", (limit) => `above ${limit}`],
  ["maximum", (limit) => `at most ${limit}`],
  ["exclusiveMaximum", (limit) => `below ${limit}`],
  ["multipleOf", (limit) => `a multiple of ${limit}`],
  ["minLength", (limit) => `length from ${limit}`],
  ["maxLength", (limit) => `length up to ${limit}`],
  ["minItems", (limit) => `${limit} items or more`],
  ["maxItems", (limit) => `${limit} items or fewer`],
  ["pattern", (limit) => `like ${limit}`],
];

function limits(schema: JsonObject): string[] {
  const bounds = limitWords.flatMap(([keyword, words]) => {
    const limit = schema[keyword];
    return limit === undefined ? [] : [words(String(limit))];
  });
  return schema.default === undefined ? bounds : [...bounds, `default ${JSON.stringify(schema.default)}`];
}

function deeper(scope: Scope): Scope {
  return { ...scope, depth: scope.depth + 1 };
}
