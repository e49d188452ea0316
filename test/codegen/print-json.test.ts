import { expect, it } from "vitest";
import type { Json } from "../../codegen/json.js";
import { printItems, printJson, printMembers } from "../../codegen/print-json.js";

const list: Json[] = [1, "line\nend", [], {}, { a: { b: [null, true] } }, [[2], []]];
const members: [string, Json][] = [
  ["name", 'a "quote" and ·'],
  ["list", list],
  ["__proto__", { nested: {} }],
];

it("prints in pieces what JSON.stringify prints as a whole", () => {
  const printed = printJson({
    kind: "object",
    members: [
      ["value", { kind: "value", value: list }],
      ["none", { kind: "pieces", brackets: "{}", pieces: ["", ""] }],
      [
        "items",
        { kind: "pieces", brackets: "[]", pieces: [printItems(list, 1), printItems([], 1), printItems(list, 1)] },
      ],
      [
        "inner",
        {
          kind: "object",
          members: [["members", { kind: "pieces", brackets: "{}", pieces: ["", printMembers(members, 2)] }]],
        },
      ],
    ],
  });
  const whole = { value: list, none: {}, items: [...list, ...list], inner: { members: Object.fromEntries(members) } };
  expect(printed).toBe(`${JSON.stringify(whole, null, 2)}\n`);
});
