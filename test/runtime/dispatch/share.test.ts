import fc from "fast-check";
import { expect, test } from "vitest";
import { shareSlots } from "../../../runtime/dispatch/share.js";

const lanes = (weights: Record<string, number>) =>
  Object.entries(weights).map(([queue, weight]) => ({ queue, weight }));

test.each([
  [{ critical: 6, default: 3, low: 1 }, 10, { critical: 6, default: 3, low: 1 }],
  [{ critical: 6, default: 3, low: 1 }, 3, { critical: 1, default: 1, low: 1 }],
  [{ critical: 6, default: 3, low: 1 }, 5, { critical: 3, default: 1, low: 1 }],
  [{ critical: 6, default: 3, low: 1 }, 25, { critical: 15, default: 8, low: 2 }],
  [{ huge: 1_000, tiny: 1 }, 10, { huge: 9, tiny: 1 }],
  [{ only: 1 }, 7, { only: 7 }],
])("%j share %i slots as %j", (weights, concurrency, expected) => {
  expect(Object.fromEntries(shareSlots(lanes(weights), concurrency))).toEqual(expected);
});

test("every queue gets a slot, and all together exactly the pool", () => {
  const weights = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(weights, fc.integer({ min: 0, max: 200 }), (list, more) => {
      const given = list.map((weight, index) => ({ queue: `q${index}`, weight }));
      const slots = [...shareSlots(given, given.length + more).values()];
      expect(slots.every((slot) => slot >= 1)).toBe(true);
      expect(slots.reduce((sum, slot) => sum + slot, 0)).toBe(given.length + more);
    }),
  );
});
