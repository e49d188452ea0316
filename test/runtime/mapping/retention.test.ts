import { expect, test } from "vitest";
import { planRetention } from "../../../runtime/mapping/retention.js";
import { task } from "../../support/project.js";

const keep = (ageMs: number, count: number) => ({ ageMs, count });
const small = task({ retention: { completed: keep(60_000, 10), failed: keep(0, 10) } });
const large = task({ retention: { completed: keep(3_600_500, 500), failed: keep(1_000, 20) } });

test.each([
  [
    "the oldest age and all counts together bound the queue",
    small,
    [small, large],
    "removeOnComplete",
    { age: 3_601, count: 510 },
  ],
  ["a task that keeps nothing is removed at once", small, [small, large], "removeOnFail", true],
  ["and does not loosen the bounds of its neighbours", large, [small, large], "removeOnFail", { age: 1, count: 20 }],
] as const)("%s", (_, own, all, option, expected) => {
  expect(planRetention(own, all)[option]).toEqual(expected);
});
