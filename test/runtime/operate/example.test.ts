import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { exampleOf, type JsonSchema, type Manifest } from "taskwright/operate";
import { expect, test } from "vitest";
import { schemaWithValues } from "../../codegen/schema-suite/arbitrary-schemas.js";
import { compileSchemas } from "../../support/compiled-schemas.js";

const root = join(import.meta.dirname, "../../..");

const manifests = [
  "generated/manifest.json",
  ...readdirSync(join(root, "test/cases")).map((name) => `test/cases/${name}/expected/generated/manifest.json`),
].filter((path) => existsSync(join(root, path)));

test.each(manifests)("every task of %s has an example, and it fits", (path) => {
  const manifest: Manifest = JSON.parse(readFileSync(join(root, path), "utf8"));
  const found = manifest.tasks.flatMap(({ name, payload }) => {
    if (payload === undefined) return [];
    const example = exampleOf(payload, manifest, validatorOf(payload, manifest));
    return [{ name, found: example.found }];
  });
  expect(found.filter((each) => !each.found)).toEqual([]);
});

test("schemas that nobody thought of have one too", { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(fc.array(schemaWithValues(), { minLength: 30, maxLength: 40, size: "max" }), (all) => {
      const compiled = compileSchemas(all.map(({ source }) => source));
      const without = all.filter(({ source: { payload, schemas = {} } }, n) => {
        const schema = compiled[n];
        if (schema?.kind !== "compiled") throw new Error(`It is refused: ${JSON.stringify(payload)}`);
        return !exampleOf(payload as JsonSchema, { schemas: schemas as Manifest["schemas"] }, schema.accepts).found;
      });
      expect(without.map(({ source }) => JSON.stringify(source.payload))).toEqual([]);
    }),
    { numRuns: 4, endOnFailure: process.env.SHRINK !== "1" },
  );
});

test.each<[string, JsonSchema, unknown]>([
  ["what the schema names comes first", { properties: { a: { type: "string", examples: ["PAY-1"] } } }, { a: "PAY-1" }],
  ["a default", { properties: { a: { type: "integer", default: 7 } } }, { a: 7 }],
  ["amounts within bounds", { type: "integer", minimum: 500, multipleOf: 7 }, 504],
  ["a pattern", { type: "string", pattern: "^[A-Z]{2,4}-[A-Za-z0-9-]{4,40}$" }, "AA-AAAA"],
  ["a pattern with a length", { type: "string", pattern: "^\\+\\d+$", minLength: 8 }, "+0000000"],
  ["a pattern with words", { type: "string", pattern: "^(low|high):(?:\\w+\\.)?x$" }, "low:x"],
  ["distinct items", { type: "array", items: { enum: ["a", "b", "c"] }, uniqueItems: true, minItems: 2 }, ["a", "b"]],
  ["a map", { type: "object", additionalProperties: { type: "integer" } }, { key: 1 }],
  [
    "the first branch that fits",
    { oneOf: [{ type: "object", required: ["card"], properties: { card: { type: "string" } } }, { type: "null" }] },
    { card: "text" },
  ],
  [
    "a schema that holds itself",
    { $ref: "#/schemas/Tree" },
    { label: "text", children: [{ label: "text", children: [{ label: "text" }] }] },
  ],
])("%s", (_, schema, value) => {
  const manifest: Pick<Manifest, "schemas"> = {
    schemas: {
      Tree: {
        type: "object",
        required: ["label"],
        properties: { label: { type: "string" }, children: { type: "array", items: { $ref: "#/schemas/Tree" } } },
      },
    },
  };
  expect(exampleOf(schema, manifest, validatorOf(schema, manifest))).toEqual({ found: true, value });
});

test.each<[string, JsonSchema]>([
  ["nothing fits", { allOf: [{ type: "string" }, { type: "integer" }] }],
  ["a pattern looks around", { type: "string", pattern: "^(?=.*\\d)[a-z]+\\d$" }],
])("none is made up where %s", (_, schema) => {
  expect(exampleOf(schema, { schemas: {} }, validatorOf(schema, { schemas: {} }))).toEqual({ found: false });
});

function validatorOf(payload: JsonSchema, { schemas }: Pick<Manifest, "schemas">): (value: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false, useDefaults: true });
  (addFormats as unknown as typeof addFormats.default)(ajv);
  const validate = ajv.compile({ allOf: [payload], schemas });
  return (value) => validate(value);
}
