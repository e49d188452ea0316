import fc from "fast-check";
import { expect, test } from "vitest";
import type { DispatchOrder } from "../../../runtime/dispatch/dispatch.js";
import { openPicker } from "../../../runtime/dispatch/picker.js";

const any = () => true;

function picker(weights: Readonly<Record<string, number>>, order: DispatchOrder = "weighted") {
  const lanes = Object.entries(weights).map(([queue, weight]) => ({ queue, weight }));
  const lane = (queue: string) => lanes.find((each) => each.queue === queue) ?? { queue, weight: 0 };
  const opened = openPicker(lanes, order);
  return {
    add: (...queues: string[]) => queues.forEach((queue) => void opened.add(lane(queue))),
    remove: (queue: string) => opened.remove(lane(queue)),
    pick: (mayTake: (queue: string) => boolean = any, kept?: string) =>
      opened.pick(({ queue }) => mayTake(queue), kept === undefined ? undefined : lane(kept))?.queue,
    picks: (count: number) => Array.from({ length: count }, () => opened.pick(any)?.queue ?? "none"),
  };
}

function countOf(picks: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const queue of picks) counts[queue] = (counts[queue] ?? 0) + 1;
  return counts;
}

test.each<[Record<string, number>, number, Record<string, number>]>([
  [{ critical: 6, default: 3, low: 1 }, 1_000, { critical: 600, default: 300, low: 100 }],
  [{ critical: 6, default: 3, low: 1 }, 10, { critical: 6, default: 3, low: 1 }],
  [{ a: 1, b: 1 }, 10, { a: 5, b: 5 }],
  [{ huge: 999, tiny: 1 }, 1_000, { huge: 999, tiny: 1 }],
  [{ only: 7 }, 5, { only: 5 }],
])("%j are picked in %i picks as %j", (weights, count, expected) => {
  const { add, picks } = picker(weights);
  add(...Object.keys(weights));
  expect(countOf(picks(count))).toEqual(expected);
});

test("equal queues alternate, and a light one is not picked in a row", () => {
  const { add, picks } = picker({ heavy: 2, light: 1 });
  add("heavy", "light");
  expect(picks(6)).toEqual(["heavy", "light", "heavy", "heavy", "light", "heavy"]);
});

test("the share of a queue that is out goes to the others by their weights, and comes back with it", () => {
  const { add, remove, picks } = picker({ critical: 6, default: 3, low: 1 });
  add("default", "low");
  expect(countOf(picks(400))).toEqual({ default: 300, low: 100 });
  add("critical");
  expect(countOf(picks(1_000))).toEqual({ critical: 600, default: 300, low: 100 });
  remove("default");
  expect(countOf(picks(700))).toEqual({ critical: 600, low: 100 });
});

test("a queue that was found empty ten thousand times has not lost its turn", () => {
  const { add, remove, pick, picks } = picker({ critical: 6, low: 1 });
  add("critical");
  for (let time = 0; time < 10_000; time += 1) {
    add("low");
    while (pick() !== "low");
    remove("low");
  }
  add("low");
  expect(countOf(picks(70))).toEqual({ critical: 60, low: 10 });
});

test("strict picks the heaviest that is in, by name among equals, and none while that one may not take", () => {
  const { add, remove, pick } = picker({ low: 1, beta: 5, alpha: 5 }, "strict");
  expect(pick()).toBeUndefined();
  add("low", "beta", "alpha");
  expect([pick(), pick()]).toEqual(["alpha", "alpha"]);
  expect(pick((queue) => queue !== "alpha")).toBeUndefined();
  remove("alpha");
  expect(pick()).toBe("beta");
  remove("beta");
  expect(pick()).toBe("low");
});

test("weighted passes over a queue that may not take", () => {
  const { add, pick } = picker({ critical: 6, low: 1 });
  add("critical", "low");
  expect(pick((queue) => queue !== "critical")).toBe("low");
  expect(pick(() => false)).toBeUndefined();
});

test("a slot keeps to the queue of its last job until another is owed a whole job more", () => {
  const { add, pick } = picker({ heavy: 2, light: 1 });
  add("heavy", "light");
  let last: string | undefined;
  const picks = Array.from({ length: 18 }, () => {
    last = pick(any, last);
    return last === "heavy" ? "H" : "l";
  });
  expect(picks.join("")).toBe("HHHlllHHHHHHlllHHH");
});

test("a kept queue that may not take, or is not in, is passed over", () => {
  const { add, pick } = picker({ heavy: 2, light: 1, out: 1 });
  add("heavy", "light");
  expect(pick((queue) => queue !== "heavy", "heavy")).toBe("light");
  expect(pick(any, "out")).toBe("heavy");
});

test("slots that keep to their queues share every window of 1,000 to within half a point, and change in one of three picks at most", () => {
  const weights = { critical: 6, default: 3, low: 1 };
  const duration = fc.record({ critical: fc.integer({ min: 1, max: 50 }), default: fc.nat(50), low: fc.nat(50) });
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 60 }), duration, fc.infiniteStream(fc.nat(100)), (slots, lengths, jitter) => {
      const { add, pick } = picker(weights);
      add(...Object.keys(weights));
      const running: { queue: string; endsAt: number }[] = [];
      const starts: string[] = [];
      let changes = 0;
      for (let now = 0; starts.length < 3_000; ) {
        let ended: string | undefined;
        if (running.length === slots) {
          running.sort((a, b) => b.endsAt - a.endsAt);
          ({ queue: ended, endsAt: now } = running.pop() ?? { queue: "none", endsAt: now });
        }
        const queue = pick(any, ended) as keyof typeof weights;
        if (ended !== undefined && ended !== queue) changes += 1;
        starts.push(queue);
        running.push({ queue, endsAt: now + lengths[queue] + Number(jitter.next().value) });
      }
      expect(changes).toBeLessThan(starts.length / 3);
      for (let from = 0; from + 1_000 <= starts.length; from += 50) {
        const counts = countOf(starts.slice(from, from + 1_000));
        for (const [queue, weight] of Object.entries(weights)) {
          expect(Math.abs((counts[queue] ?? 0) - weight * 100)).toBeLessThanOrEqual(5);
        }
      }
    }),
    { numRuns: 30 },
  );
});

test("whatever comes and goes, only queues that are in are picked, and each gets its share while nothing changes", () => {
  const weights = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 });
  const steps = fc.array(fc.tuple(fc.nat(7), fc.boolean(), fc.nat(30)), { maxLength: 30 });
  fc.assert(
    fc.property(weights, steps, (list, changes) => {
      const lanes = list.map((weight, index) => ({ queue: `q${index}`, weight }));
      const opened = openPicker(lanes, "weighted");
      const present = new Set<(typeof lanes)[number]>();
      for (const [index, comes, picks] of changes) {
        const lane = lanes[index % lanes.length];
        if (lane === undefined) continue;
        comes ? opened.add(lane) : opened.remove(lane);
        comes ? present.add(lane) : present.delete(lane);
        for (let pick = 0; pick < picks; pick += 1) {
          const picked = opened.pick(any);
          expect(picked === undefined ? present.size === 0 : present.has(picked)).toBe(true);
        }
      }
      for (const lane of lanes) opened.add(lane);
      const total = list.reduce((sum, weight) => sum + weight, 0);
      const counts = new Map(lanes.map((lane) => [lane, 0]));
      for (let pick = 0; pick < total * 10; pick += 1) {
        const picked = opened.pick(any);
        if (picked !== undefined) counts.set(picked, (counts.get(picked) ?? 0) + 1);
      }
      // What a queue was owed before is paid as well: a pick or two for each other queue.
      for (const [lane, count] of counts) expect(Math.abs(count - lane.weight * 10)).toBeLessThanOrEqual(lanes.length);
    }),
  );
});
