import { enqueueing, enqueueingMany } from "./enqueue.js";
import { processing } from "./processing.js";
import type { Side, SideName } from "./rounds.js";

/** Work that both sides do. */
export interface Bench {
  /** Its group first: those whose name begins so are run together. */
  readonly name: string;
  readonly title: string;
  /** What the ratio of ours to raw is to reach. */
  readonly goal: string;
  /** The sides, on an empty Redis at `url`. */
  sides(url: string): Readonly<Record<SideName, Side>>;
}

const evenly = { critical: 4_000, default: 4_000, low: 4_000 };
const byWeight = { critical: 6_000, default: 3_000, low: 1_000 };

export const benches: readonly Bench[] = [
  {
    name: "enqueue-one",
    title: "one at a time",
    goal: "≥ 1.0",
    sides: (url) => enqueueing(url, 5_000, 1),
  },
  {
    name: "enqueue-100",
    title: "100 in flight",
    goal: "≥ 1.1",
    sides: (url) => enqueueing(url, 20_000, 100),
  },
  {
    name: "enqueue-many",
    title: "10,000 in one call",
    goal: "≥ 2.0",
    sides: (url) => enqueueingMany(url, 10_000),
  },
  {
    name: "processing-one",
    title: "one queue, concurrency 50",
    goal: "≥ 1.0",
    sides: (url) => processing(url, { load: { default: 10_000 }, concurrency: 50, rawSlots: { default: 50 } }),
  },
  {
    name: "processing-three",
    title: "three queues 6/3/1, ten slots, whole run",
    goal: "≥ 1.0",
    sides: (url) => processing(url, { load: evenly, concurrency: 10 }),
  },
  {
    name: "processing-full",
    title: "the same while all three are full",
    goal: "≥ 0.9",
    sides: (url) => processing(url, { load: byWeight, concurrency: 10, starts: 8_000 }),
  },
  {
    name: "processing-low",
    title: "only `low` has work, 5 ms handlers",
    goal: "≥ 8.0",
    sides: (url) => processing(url, { load: { low: 400 }, concurrency: 10, handlerMs: 5 }),
  },
];
