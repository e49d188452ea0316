import { expect, test } from "vitest";
import { planRetention } from "../../../runtime/mapping/retention.js";
import { task } from "../../support/project.js";

const keep = (ageMs: number, count: number) => ({ ageMs, count });
const small = task({ retention: { completed: keep(60_000, 10), failed: keep(0, 10) } });
const large = task({ retention: { completed: keep(3_600_500, 500), failed: keep(1_000, 20) } });
const none = task({ retention: { completed: keep(60_000, 0), failed: keep(1_000, 20) } });

test.each([
  [
    "the oldest age and all counts together bound the completed jobs of a queue",
    small,
    [small, large],
    { removeOnComplete: { age: 3_601, count: 510 } },
  ],
  ["a task that keeps nothing is removed at once", none, [none, large], { removeOnComplete: true }],
  [
    "and does not loosen the bounds of its neighbours",
    large,
    [none, large],
    { removeOnComplete: { age: 3_601, count: 500 } },
  ],
  ["a dead job is removed at once where none is kept", small, [small, large], { removeOnFail: true }],
  ["and is otherwise left to the janitor, who tells", large, [small, large], { removeOnFail: false }],
] as const)("%s", (_, own, all, expected) => {
  expect(planRetention(own, all)).toMatchObject(expected);
});
