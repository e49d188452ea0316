import { expect, it } from "vitest";
import { jsonEqual } from "../../../runtime/contract/json-equal.js";

it.each([
  ["0", "-0", true],
  ["1", '"1"', false],
  ["null", "{}", false],
  ['{"a":1,"b":[{}]}', '{"b":[{}],"a":1}', true],
  ['{"a":1}', '{"a":1,"b":1}', false],
  ['{"a":1}', '{"b":1}', false],
  ["[]", "{}", false],
  ["[1,2]", "[2,1]", false],
  ['{"toString":null,"constructor":1}', '{"toString":null,"constructor":1}', true],
  ['{"valueOf":1}', "{}", false],
  ["{}", '{"constructor":1}', false],
])("compares %s with %s", (a, b, expected) => {
  expect(jsonEqual(JSON.parse(a), JSON.parse(b))).toBe(expected);
  expect(jsonEqual(JSON.parse(b), JSON.parse(a))).toBe(expected);
});
