import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { link } from "../codegen/check/link.js";
import { type DiagnosticCode, diagnosticCodes } from "../codegen/index.js";
import { isJsonObject, type Json, type JsonObject } from "../codegen/json.js";
import { planEditorSchema } from "../codegen/plan/plan-editor-schema.js";

/*
 * The cases are the language's manual: what can be written stands in one that compiles, and what can be told in one that is told
 * it. Both are read off the compiler's own descriptions, so that whoever adds to the language adds to the manual.
 */
const allCases = join(import.meta.dirname, "cases");
const cases = readdirSync(allCases, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const folders = cases.map((entry) => join(allCases, entry.name));

/** What no folder of workflow files can show. */
const untold: Partial<Record<DiagnosticCode, string>> = {
  "out-of-date": "it is of `codegen --check`, which compares with what was generated before",
  "command-failed": "it is of a command that found nothing to compile, or a disk that refuses",
};

it("tells every diagnostic", () => {
  const told = folders.flatMap(diagnosticsIn).flatMap((text) => {
    return [...text.matchAll(/^\S+:\d+:\d+ ([a-z-]+)(?: \(warning\))?: /gm)].map(([, code]) => code);
  });
  const missing = Object.keys(diagnosticCodes).filter((code) => !told.includes(code));
  expect(missing).toEqual(Object.keys(untold));
});

it("uses every key of the language, each value that a key may be one of, and every keyword of schemas", () => {
  const used = new Set(workflowsThatCompile().flatMap((workflow) => namesIn(language, workflow)));
  expect(everyName(language).filter((name) => !used.has(name))).toEqual([]);
});

function diagnosticsIn(folder: string): string[] {
  const path = join(folder, "diagnostics.txt");
  return existsSync(path) ? [readFileSync(path, "utf8")] : [];
}

function workflowsThatCompile(): Json[] {
  const sound = folders.filter((folder) => existsSync(join(folder, "expected"))).map((each) => join(each, "workflows"));
  return sound.flatMap((folder) => {
    const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
    return files.map((name): Json => parse(readFileSync(join(folder, name), "utf8")));
  });
}

/** The language as the editor knows it. */
const language = editorSchema();
const definitions = language.definitions as JsonObject;

function editorSchema(): JsonObject {
  const file = planEditorSchema(link([]), { workflows: "workflows", generated: "generated" });
  if (file.kind !== "json" || file.document.kind !== "value" || !isJsonObject(file.document.value)) {
    throw new Error("The editor's schema has another form than this test knows.");
  }
  return file.document.value;
}

/** The keys that a schema of the editor knows, and their values where these are listed. */
function everyName(schema: JsonObject, seen = new Set<JsonObject>()): string[] {
  if (seen.has(schema)) return [];
  seen.add(schema);
  const own = Object.entries(asObject(schema.properties)).flatMap(([key, inner]) => {
    const name = nameOf(key, asObject(inner));
    return [name, ...valuesOf(asObject(inner)).map((value) => `${name} = ${value}`)];
  });
  return [...new Set([...own, ...partsOf(schema).flatMap((part) => everyName(part, seen))])];
}

/** The keys that `value` has by that schema, and each with its value. */
function namesIn(schema: JsonObject, value: Json): string[] {
  const here = [schema.anyOf, schema.allOf, [referred(schema)]].flatMap(asSchemas);
  const items = Array.isArray(value) ? value : [];
  const members = Object.entries(asObject(value)).flatMap(([key, member]) => {
    const own = asObject(schema.properties)[key];
    const inner = asObject(own ?? schema.additionalProperties);
    const name = nameOf(key, inner);
    return [...(own === undefined ? [] : [name, `${name} = ${member}`]), ...namesIn(inner, member)];
  });
  return [
    ...here.flatMap((inner) => namesIn(inner, value)),
    ...items.flatMap((item: Json) => namesIn(asObject(schema.items), item)),
    ...members,
  ];
}

/** A key of the language has the same description wherever it may stand; a keyword of schemas has none. */
function nameOf(key: string, { description }: JsonObject): string {
  return description === undefined ? `the keyword ${key}` : `${key}: ${description}`;
}

/** Of a keyword, one type or format more is no other construct. */
function valuesOf({ description, enum: values }: JsonObject): readonly Json[] {
  return description !== undefined && Array.isArray(values) ? values : [];
}

function partsOf(schema: JsonObject): JsonObject[] {
  const { properties, additionalProperties, items, anyOf, allOf } = schema;
  return [Object.values(asObject(properties)), [additionalProperties, items, referred(schema)], anyOf, allOf].flatMap(
    asSchemas,
  );
}

function referred({ $ref }: JsonObject): Json | undefined {
  return typeof $ref === "string" ? definitions[$ref.replace("#/definitions/", "")] : undefined;
}

function asSchemas(list: unknown): JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function asObject(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
