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
