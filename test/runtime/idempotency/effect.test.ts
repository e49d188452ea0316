import fc from "fast-check";
import { expect, test } from "vitest";
import { planEffect } from "../../../runtime/mapping/effect.js";
import { payment } from "../../support/project.js";

const named = (name: string, key: readonly string[]) => ({ ...payment({ key }), name });
const of = (payload: object, key = ["a", "b"], name = "w:pay") => planEffect(named(name, key), payload);

test("a key names its task and its values, readably", () => {
  expect(of({ b: 2, a: "C-1", c: 3 }).key).toBe('w:pay:{"a":"C-1","b":2}');
});

test("a key that is long, or no header could carry, is told as a hash", () => {
  expect(of({ a: "x".repeat(300), b: 1 }).key).toMatch(/^w:pay:sha256-[\w-]{43}$/);
  expect(of({ a: "naïve\n", b: 1 }).key).toMatch(/^w:pay:sha256-[\w-]{43}$/);
});

test("the order of the fields in the file or in a payload means nothing", () => {
  expect(of({ a: 1, b: 2 })).toEqual(of({ b: 2, a: 1 }));
  expect(of({ a: 1, b: 2 }, ["b", "a"])).toEqual(of({ a: 1, b: 2 }, ["a", "b"]));
});

test("only the fingerprint's fields are compared, and the whole payload where there are none", () => {
  const some = { ...payment({ fingerprint: ["amount"] }), name: "w:pay" };
  const same = (x: object, y: object) => planEffect(some, x).fingerprint === planEffect(some, y).fingerprint;
  expect(same({ amount: 1, note: "x" }, { amount: 1, note: "y" })).toBe(true);
  expect(same({ amount: 1 }, { amount: 2 })).toBe(false);
  expect(of({ a: 1, b: 2, c: 1 }).fingerprint).not.toBe(of({ a: 1, b: 2, c: 2 }).fingerprint);
});

const scalar = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("", ":", '"', "\\", '","b":', "null", "1", "true", "__proto__", "\ud800"),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);

test("keys are equal when their values are, and never otherwise", () => {
  fc.assert(
    fc.property(scalar, scalar, scalar, scalar, (a, b, c, d) => {
      const isSame = JSON.stringify([a, b]) === JSON.stringify([c, d]);
      const [one, other] = [of({ a, b }), of({ a: c, b: d })];
      expect(one.key === other.key).toBe(isSame);
      expect(one.recordId === other.recordId).toBe(isSame);
      expect(one.key).toMatch(/^[ -~]{1,255}$/);
    }),
    { numRuns: 2_000 },
  );
});

test("two tasks, and two fields, never share a key", () => {
  expect(of({ a: 1 }, ["a"], "w:pay").recordId).not.toBe(of({ a: 1 }, ["a"], "w:pay2").recordId);
  expect(of({ a: 1 }, ["a"]).recordId).not.toBe(of({ b: 1 }, ["b"]).recordId);
});
