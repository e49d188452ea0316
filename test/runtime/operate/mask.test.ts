import { createMask, type JsonSchema, type Manifest } from "taskwright/operate";
import { expect, test } from "vitest";

const secret = { type: "string", "x-sensitive": true };

function maskOf(payload: JsonSchema, schemas: Readonly<Record<string, JsonSchema>> = {}, result: JsonSchema = true) {
  return createMask({
    manifestVersion: 1,
    queues: {},
    schemas,
    tasks: [{ name: "w:t", payload, result }],
  } as unknown as Manifest);
}

test.each<[string, JsonSchema, unknown, unknown]>([
  ["a field", { properties: { pin: secret } }, { pin: "1234", name: "Ada" }, { pin: "••••", name: "Ada" }],
  ["a whole object", { properties: { card: { "x-sensitive": true } } }, { card: { number: 1 } }, { card: "••••" }],
  [
    "a field inside",
    { properties: { a: { properties: { pin: secret } } } },
    { a: { pin: "1" } },
    { a: { pin: "••••" } },
  ],
  [
    "every item",
    { items: { properties: { pin: secret } } },
    [{ pin: "1" }, { pin: "2" }],
    [{ pin: "••••" }, { pin: "••••" }],
  ],
  ["one place of a tuple", { prefixItems: [{}, secret] }, ["a", "b", "c"], ["a", "••••", "c"]],
  ["by a pattern of names", { patternProperties: { "^s_": secret } }, { s_a: "1", b: "2" }, { s_a: "••••", b: "2" }],
  [
    "all other names",
    { properties: { a: {} }, additionalProperties: secret },
    { a: "1", b: "2" },
    { a: "1", b: "••••" },
  ],
  ["through a reference", { properties: { pin: { $ref: "#/schemas/w.Pin" } } }, { pin: "1" }, { pin: "••••" }],
  ["in a branch that doesn't fit", { oneOf: [{ properties: { a: secret } }, {}] }, { a: 7 }, { a: "••••" }],
  ["under a condition", { if: false, else: { properties: { a: secret } } }, { a: "x" }, { a: "••••" }],
  [
    "in a schema that holds itself",
    { $ref: "#/schemas/w.Tree" },
    { pin: "1", next: { pin: "2" } },
    { pin: "••••", next: { pin: "••••" } },
  ],
  ["nothing that isn't marked", { properties: { a: { "x-sensitive": false } } }, { a: { b: [1] } }, { a: { b: [1] } }],
])("hides %s", (_, schema, payload, shown) => {
  const tree = { properties: { pin: secret, next: { $ref: "#/schemas/w.Tree" } } };
  const before = structuredClone(payload);
  expect(maskOf(schema, { "w.Pin": secret, "w.Tree": tree }).payload("w:t", payload)).toEqual(shown);
  expect(payload).toEqual(before);
});

test("hides the payload of a task that is declared no longer, but only in a project that marks anything", () => {
  expect(maskOf({ properties: { pin: secret } }).payload("w:gone", { a: 1 })).toBe("••••");
  expect(maskOf({ properties: { pin: {} } }).payload("w:gone", { a: 1 })).toEqual({ a: 1 });
});

test("hides in a text the values that the payload hides, the longest first", () => {
  const mask = maskOf({ properties: { pin: secret, codes: { items: secret } } });
  const text = 'PIN 1234 of 12345 is wrong, "ab" too';
  expect(mask.text("w:t", text, { pin: "1234", codes: ["12345", "ab"] })).toBe('PIN •••• of •••• is wrong, "ab" too');
});

test("tells which fields it hides", () => {
  const mask = maskOf({ properties: { card: { properties: { number: secret } }, lines: { items: secret } } });
  expect(mask.hides("w:t", "card.number")).toBe(true);
  expect(mask.hides("w:t", "card.holder")).toBe(false);
  expect(mask.hides("w:t", "lines.0")).toBe(true);
  expect(mask.hidesAnyOf("w:t")).toBe(true);
  expect(maskOf({ properties: { a: {} } }).hidesAnyOf("w:t")).toBe(false);
  expect(maskOf(true, {}, { properties: { pin: secret } }).hidesAnyOf("w:t")).toBe(true);
});
