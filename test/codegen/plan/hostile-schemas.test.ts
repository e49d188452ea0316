import { expect, it } from "vitest";
import type { Json } from "../../../codegen/json.js";
import { compileSchemas } from "../../support/compiled-schemas.js";
import { findTypeErrors } from "../../support/type-check.js";

const long = "*/`\u2028\\\"'\n".repeat(1_250);
const inherited = ["constructor", "toString", "valueOf", "hasOwnProperty", "isPrototypeOf"];

it.each<[string, Json, readonly Json[], readonly Json[]]>([
  ["strings of 10,000 characters", { const: long, description: long }, [long], [long.slice(1)]],
  ["a property name of 10,000 characters", closed({ [long]: { type: "null" } }, [long]), [{ [long]: null }], [{}]],
  ["a schema as deep as a file may be", nested(48), [value(47), value(7)], [value(49)]],
  [
    "required properties that every object inherits",
    closed(Object.fromEntries(inherited.map((name) => [name, { type: "integer" }])), inherited),
    [Object.fromEntries(inherited.map((name) => [name, 1]))],
    [{}, { constructor: 1 }],
  ],
  [
    "optional properties that every object inherits",
    closed(Object.fromEntries(inherited.map((name) => [name, { type: "integer" }])), []),
    [{}, { constructor: 1 }, { toString: 2 }],
    [{ constructor: "1" }, { valueOf: null }, { propertyIsEnumerable: 1 }],
  ],
  [
    "values that bring their own methods",
    { enum: [{ toString: null }, { valueOf: { constructor: 1 } }] },
    [{ toString: null }, { valueOf: { constructor: 1 } }],
    [{}, { toString: 1 }, { valueOf: null }],
  ],
])("is unharmed by %s", (title, payload, accepted, refused) => {
  const [schema] = compileSchemas([{ payload }]);
  if (schema?.kind !== "compiled") throw new Error(schema?.diagnostics[0]?.message);
  expect(accepted.map(schema.accepts)).toEqual(accepted.map(() => true));
  expect(refused.map(schema.accepts)).toEqual(refused.map(() => false));
  expect(findTypeErrors([{ title, types: schema.types, values: accepted }])).toEqual([]);
});

it("refuses a hundred levels with a diagnostic", () => {
  const [schema] = compileSchemas([{ payload: nested(100) }]);
  expect(schema?.kind === "refused" && schema.diagnostics[0]?.message).toMatch("nested more than 100 levels deep");
});

function closed(properties: Json, required: readonly string[]): Json {
  return { type: "object", additionalProperties: false, required, properties };
}

function nested(levels: number): Json {
  return levels === 0 ? { type: "null" } : closed({ a: nested(levels - 1) }, []);
}

function value(levels: number): Json {
  return levels === 0 ? {} : { a: value(levels - 1) };
}
