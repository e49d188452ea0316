import { expect, it } from "vitest";
import { type Expression, literal, localType, typeOf } from "../../../codegen/plan/emit-plan.js";
import { renderExpression, renderType } from "../../../codegen/render/render-expression.js";

it.each<[string, Expression, string]>([
  ["groups the digits of large numbers", literal(86_400_000), "86_400_000"],
  ["leaves small and broken numbers alone", literal([1000, 0.25, -12_345]), "[1000, 0.25, -12_345]"],
  ["escapes text", literal('a"b\\c\n`'), '"a\\"b\\\\c\\n`"'],
  ["quotes keys that are no names", literal({ "a-b": 1, "1": 2, a: null }), '{ "1": 2, "a-b": 1, a: null }'],
  ["keeps `__proto__` a key", { kind: "object", entries: [["__proto__", literal(1)]] }, '{ ["__proto__"]: 1 }'],
  ["writes empty ones short", literal({ a: {}, b: [] }), "{ a: {}, b: [] }"],
  [
    "shortens a member of the same name",
    { kind: "object", entries: [["a", { kind: "reference", symbol: { name: "a", isType: false } }]] },
    "{ a }",
  ],
])("%s", (_title, expression, text) => expect(renderExpression(expression, 0, 0)).toBe(text));

it("breaks what does not fit, from the outside in", () => {
  const wide = literal({ first: "x".repeat(60), second: { a: 1, b: "y".repeat(60) } });
  expect(renderExpression(wide, 0, 20)).toBe(
    `{\n  first: "${"x".repeat(60)}",\n  second: { a: 1, b: "${"y".repeat(60)}" },\n}`,
  );
});

it("writes types with their arguments", () => {
  expect(renderType(typeOf(localType("Handler"), typeOf(localType("A")), typeOf(localType("B"))))).toBe(
    "Handler<A, B>",
  );
});
