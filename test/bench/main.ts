import { Redis } from "ioredis";
import { startRedis } from "../support/redis-server.js";
import { enqueueing, enqueueingMany } from "./enqueue.js";
import { type Idling, watchIdleWorker } from "./idling.js";
import { processing } from "./processing.js";
import { type Comparison, compare, quantile, type Side } from "./rounds.js";

/*
 * npm run bench            all of them
 * npm run bench -- <name>  those whose name begins so
 *
 * Measures the built package, as its users run it: tsx gives every closure a name, which costs an attempt 30 µs. On its
 * own Redis. Medians of alternating rounds with their quartiles; read the ratio first, since the same setting
 * swings by tens of per cent on a shared machine. BENCH_ROUNDS sets the rounds (default 7).
 */

const rounds = Number(process.env.BENCH_ROUNDS ?? 7);
const [wanted = ""] = process.argv.slice(2);
const redis = await startRedis();
const admin = new Redis(redis.url);
const { url } = redis;

interface Bench {
  readonly name: string;
  readonly title: string;
  /** What the ratio is to reach. */
  readonly goal: string;
  readonly sides: { readonly ours: Side; readonly raw: Side };
}

const even = { critical: 6_000, default: 3_000, low: 1_000 };
const benches: readonly Bench[] = [
  {
    name: "enqueue-one",
    title: "enqueue, one at a time, jobs/s",
    goal: "≥ 1.0",
    sides: enqueueing(url, 5_000, 1),
  },
  {
    name: "enqueue-100",
    title: "enqueue, 100 in flight, jobs/s",
    goal: "≥ 1.1",
    sides: enqueueing(url, 20_000, 100),
  },
  {
    name: "enqueue-many",
    title: "enqueueMany(10,000), jobs/s",
    goal: "≥ 2.0",
    sides: enqueueingMany(url, 10_000),
  },
  {
    name: "process-50",
    title: "one queue, concurrency 50, jobs/s",
    goal: "≥ 1.0",
    sides: processing(url, { load: { default: 10_000 }, concurrency: 50, rawSlots: { default: 50 } }),
  },
  {
    name: "three-whole",
    title: "three queues 6/3/1, ten slots, whole run, jobs/s",
    goal: "≥ 1.0",
    sides: processing(url, { load: { critical: 4_000, default: 4_000, low: 4_000 }, concurrency: 10 }),
  },
  {
    name: "three-full",
    title: "the same while all three are full, jobs/s",
    goal: "≥ 0.9",
    sides: processing(url, { load: even, concurrency: 10, starts: 8_000 }),
  },
  {
    name: "only-low",
    title: "only `low` has work, 5 ms handlers, jobs/s",
    goal: "≥ 8.0",
    sides: processing(url, { load: { low: 400 }, concurrency: 10, handlerMs: 5 }),
  },
];

console.log(`| ${"work".padEnd(50)} | ours | raw BullMQ | ratio | goal |\n|---|---|---|---|---|`);
for (const { name, title, goal, sides } of benches.filter((bench) => bench.name.startsWith(wanted))) {
  const comparison = await compare(fresh(sides.ours), fresh(sides.raw), rounds);
  console.log(`| ${`${name}: ${title}`.padEnd(50)} | ${describe(comparison)} | ${goal} |`);
}
if ("idle".startsWith(wanted)) {
  await admin.flushall();
  const raw = await watchIdleWorker("raw", url, 200);
  await admin.flushall();
  const ours = await watchIdleWorker("ours", url, 200);
  const row = (title: string, goal: string, show: (idling: Idling) => string) =>
    console.log(`| ${`idle: ${title}`.padEnd(50)} | ${show(ours)} | ${show(raw)} | | ${goal} |`);
  const percentiles = (figures: readonly number[]) =>
    [0.5, 0.99].map((q) => quantile(figures, q).toFixed(1)).join(" / ");
  row("pick-up p50 / p99, ms", "≤ 2 / 10", ({ pickUpMs }) => percentiles(pickUpMs));
  row("lateness of delayed jobs p50 / p99, ms", "≤ 150", ({ lateMs }) => percentiles(lateMs));
  row("CPU of a core, %", "≤ 2", ({ cpuPercent }) => cpuPercent.toFixed(2));
  row("resident memory, MB", "≤ raw + 15 %", ({ residentMb }) => residentMb.toFixed(0));
}
admin.disconnect();
await redis.stop();

function fresh(side: Side): Side {
  return {
    async run() {
      await admin.flushall();
      return side.run();
    },
  };
}

function describe({ ours, raw, ratio }: Comparison): string {
  const whole = (value: number) => Math.round(value).toLocaleString("en");
  const of = ({ median, low, high }: Comparison["ours"]) => `${whole(median)} (${whole(low)}–${whole(high)})`;
  return `${of(ours)} | ${of(raw)} | ${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)})`;
}
