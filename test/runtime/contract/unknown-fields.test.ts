import { expect, test } from "vitest";
import { readPayload } from "../../../runtime/contract/check.js";
import { task, validatorOf } from "../../support/project.js";

const closed = (properties: object, required: readonly string[] = []) => ({
  type: "object",
  additionalProperties: false,
  required,
  properties,
});
const card = closed({ card: { type: "string" }, amount: { type: "integer" } }, ["card", "amount"]);
const iban = closed({ iban: { type: "string" }, amount: { type: "integer" } }, ["iban", "amount"]);
const oneOf = { oneOf: [card, iban] };
const anyOf = { anyOf: [closed({ a: { type: "integer" } }), closed({ b: { type: "integer" } })] };
const byReference = { oneOf: [{ $ref: "#/$defs/card" }, { $ref: "#/$defs/iban" }], $defs: { card, iban } };
const tagged = {
  oneOf: [
    closed({ kind: { const: "card" }, card: { type: "string" } }, ["kind", "card"]),
    closed({ kind: { const: "iban" }, iban: { type: "string" } }, ["kind", "iban"]),
  ],
};
const unevaluated = {
  type: "object",
  unevaluatedProperties: false,
  oneOf: [
    { required: ["card"], properties: { card: { type: "string" } } },
    { required: ["iban"], properties: { iban: { type: "string" } } },
  ],
};
const nested = closed({ list: { type: "array", items: closed({ from: oneOf }, ["from"]) } }, ["list"]);

test.each<[string, object, unknown]>([
  ["a closed object", card, { card: "1", amount: 1, note: "new" }],
  ["a branch of oneOf", oneOf, { card: "1", amount: 1, note: "new", tags: [1] }],
  ["a branch of anyOf", anyOf, { a: 1, note: "new" }],
  ["branches by reference", byReference, { iban: "1", amount: 1, note: "new" }],
  ["branches that a constant tells apart", tagged, { kind: "iban", iban: "1", note: "new" }],
  ["an object closed by unevaluatedProperties", unevaluated, { iban: "1", note: "new" }],
  [
    "branches inside branches' objects",
    nested,
    { list: [{ from: { card: "1", amount: 1 } }, { from: { iban: "2", amount: 2, new: 1 }, more: {} }], "a/b~c": 1 },
  ],
])("a field that this worker doesn't know is tolerated and kept in %s", (_, schema, data) => {
  const before = structuredClone(data);
  expect(readPayload(task({ payload: validatorOf(schema) }), data)).toEqual({ valid: true, value: before });
});

test.each<[string, object, unknown]>([
  ["lacks what it needs", oneOf, { card: "1", note: "new" }],
  ["has a value of the wrong type", oneOf, { card: 1, amount: 1, note: "new" }],
  ["has a wrong value in a field that could be left out", anyOf, { a: "wrong" }],
  ["has the fields of two branches", oneOf, { card: "1", iban: "2", amount: 1 }],
  ["has the fields of two branches and one more", oneOf, { card: "1", iban: "2", amount: 1, note: "new" }],
  ["has an unknown kind", tagged, { kind: "cash", note: "new" }],
])("a payload that %s is not", (_, schema, data) => {
  expect(readPayload(task({ payload: validatorOf(schema) }), data)).toMatchObject({ valid: false });
});
