import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonImage } from "../../../runtime/contract/json-image.js";

test("JSON's own values come back equal, as another object", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const image = jsonImage(value);
      expect(image).toEqual({ valid: true, value: JSON.parse(JSON.stringify(value)) });
    }),
  );
});

test("minus nought is nought, as JSON has it", () => {
  expect(jsonImage([-0])).toStrictEqual({ valid: true, value: [0] });
});

test("a property that is undefined is left out, as JSON does", () => {
  expect(jsonImage({ a: undefined, b: 1 })).toStrictEqual({ valid: true, value: { b: 1 } });
});

const cycle: Record<string, unknown> = {};
cycle.self = { again: cycle };
class Money {
  amount = 1;
}

test.each<[string, unknown, string, string]>([
  ["a BigInt", { amount: 1n }, "/amount", "a BigInt"],
  ["a function", { f: () => 1 }, "/f", "a function"],
  ["a Date", { due: { date: new Date(0) } }, "/due/date", "a Date"],
  ["NaN", [Number.NaN], "/0", "NaN"],
  ["an infinity", [1, Number.NEGATIVE_INFINITY], "/1", "-Infinity"],
  ["a Map", { m: new Map() }, "/m", "a Map"],
  ["undefined in an array", { list: [undefined] }, "/list/0", "undefined"],
  ["a hole in an array", { list: new Array(1) }, "/list/0", "undefined"],
  ["a class instance", { money: new Money() }, "/money", "a Money"],
  ["a cycle", cycle, "/self/again", "a cycle"],
  ["undefined itself", undefined, "", "undefined"],
  ["a symbol under an odd name", { "a/b~c": Symbol("s") }, "/a~1b~0c", "a symbol"],
])("%s is refused with its pointer", (_, value, pointer, found) => {
  expect(jsonImage(value)).toEqual({
    valid: false,
    issues: [{ pointer, message: `is ${found}, which JSON cannot carry`, keyword: "json", params: { found } }],
  });
});

test("a property named __proto__ stays a property", () => {
  const image = jsonImage(JSON.parse('{"__proto__":{"polluted":true}}'));
  expect(JSON.stringify(image.valid && image.value)).toBe('{"__proto__":{"polluted":true}}');
});

test("the same object twice is no cycle, and too deep is an issue rather than an overflow", () => {
  const shared = { a: 1 };
  expect(jsonImage([shared, shared]).valid).toBe(true);
  let deep: unknown = 1;
  for (let level = 0; level < 20_000; level += 1) deep = [deep];
  expect(jsonImage(deep).valid).toBe(false);
});
