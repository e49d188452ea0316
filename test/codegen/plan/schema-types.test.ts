import { expect, it } from "vitest";
import { compile } from "../../../codegen/index.js";

it.each([
  ["{ not: REF }", []],
  ["{ type: array, contains: REF }", []],
  ["{ type: object, propertyNames: REF }", []],
  ["{ if: REF, then: { type: string, minLength: 1 }, else: { type: [string, 'null'] } }", []],
  ["{ if: { type: string, minLength: 1 }, then: REF, else: { type: [string, 'null'] } }", ["Word"]],
  ["{ type: object, properties: { word: REF } }", ["Word"]],
  ["{ anyOf: [REF, { type: 'null' }] }", ["Word"]],
])("a type of another workflow is imported only where a type can say it: %s", (field, names) => {
  const schema = field.replace("REF", '{ $ref: "words.yaml#/schemas/Word" }');
  const payload = `{ type: object, additionalProperties: false, properties: { field: ${schema} } }`;
  const sources = [
    { path: "workflows/letter.yaml", text: `tasks: { send: { payload: ${payload} } }\n` },
    { path: "workflows/words.yaml", text: "schemas: { Word: { type: string } }\n" },
  ];
  const { files, diagnostics } = compile(sources, { workflows: "workflows", generated: "generated" });
  expect(diagnostics).toEqual([]);
  const text = files?.generated.find(({ path }) => path === "generated/letter.ts")?.text ?? "";
  expect([...text.matchAll(/^import type \{ (.*) \} from ".\/words.js";$/gm)].map(([, found]) => found)).toEqual(names);
});

it.each([
  ["beside `allOf`", "{ type: object, required: [t], allOf: [{ $ref: '#/schemas/S' }] }", "S & {\n  t: string;\n}"],
  ["beside `$ref`", "{ type: object, required: [t], $ref: '#/schemas/S' }", "S & {\n  t: string;\n}"],
  ["of another file", "{ type: object, required: [z], $ref: 'b.yaml#/schemas/F' }", "F & {\n  z: number;\n}"],
  [
    "in another file's words, which can't be said here",
    "{ type: object, required: [g], $ref: 'b.yaml#/schemas/F' }",
    "F & {\n  g: unknown;\n}",
  ],
  ["and required there as well", "{ type: object, required: [t], allOf: [{ $ref: '#/schemas/R' }] }", "R"],
  ["nowhere", "{ type: object, required: [no], $ref: '#/schemas/S' }", "S & {\n  no: unknown;\n}"],
  [
    "in every branch",
    "{ type: object, required: [t], oneOf: [{ $ref: '#/schemas/S' }, { type: object, properties: { t: { const: 1 } } }] }",
    "S & {\n  t: string;\n} | {\n  t: 1;\n}",
  ],
  [
    "in every branch of a discriminated union",
    "{ type: object, required: [k], discriminator: { propertyName: k }, oneOf: [{ type: object, properties: { k: { const: a } } }, { type: object, properties: { k: { const: b } } }] }",
    '{\n  k: "a";\n} | {\n  k: "b";\n}',
  ],
])("what is required and declared %s has its type", (_title, payload, type) => {
  const sources = [
    {
      path: "workflows/a.yaml",
      text: `schemas: { S: { type: object, properties: { t: { type: string, description: T. } } }, R: { type: object, required: [t], properties: { t: { type: string } } } }\ntasks: { x: { payload: ${payload} } }\n`,
    },
    {
      path: "workflows/b.yaml",
      text: "schemas: { F: { type: object, properties: { z: { type: integer }, g: { $ref: '#/schemas/G' } } }, G: { type: string } }\n",
    },
  ];
  const { files, diagnostics } = compile(sources, { workflows: "workflows", generated: "generated" });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const text = files?.generated.find(({ path }) => path === "generated/a.ts")?.text ?? "";
  expect(/export type XPayload = ([\s\S]*?);\n\n/.exec(text)?.[1]).toBe(type);
});

it("what has a default may be left out, though it is required: it is filled in before that is asked", () => {
  const payload =
    "{ type: object, required: [a, b], properties: { a: { type: string, default: q }, b: { type: string } } }";
  const sources = [{ path: "workflows/a.yaml", text: `tasks: { x: { payload: ${payload} } }\n` }];
  const { files } = compile(sources, { workflows: "workflows", generated: "generated" });
  const text = files?.generated.find(({ path }) => path === "generated/a.ts")?.text ?? "";
  expect(text).toContain('  /** @default "q" */\n  a?: string;\n  b: string;\n');
});
