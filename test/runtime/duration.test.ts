import { expect, test } from "vitest";
import { parseDuration } from "../../runtime/duration.js";

test.each([
  ["500ms", 500],
  ["30s", 30_000],
  ["1h30m", 5_400_000],
  ["14d", 1_209_600_000],
  ["0s", 0],
])("%s is %i ms", (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

test.each(["", "5", "1.5h", "-1s", "1m1h", "1 s", "1w", "99999999999999999d"])("%j is no duration", (text) => {
  expect(parseDuration(text)).toBeUndefined();
});
