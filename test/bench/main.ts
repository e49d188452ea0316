import { Redis } from "ioredis";
import { startRedis } from "../support/redis-server.js";
import { type Bench, benches } from "./benches.js";
import { type Idling, watchIdleWorker } from "./idling.js";
import { type Comparison, compare, quantile, type Side } from "./rounds.js";
import { openSideProcess } from "./side-process.js";

/*
 * npm run bench                 all of them
 * npm run bench -- <name> …     those whose name begins so: enqueue, processing, processing-three, idle, …
 *
 * Measures the built package, as its users run it, beside raw BullMQ, on a Redis of its own. Medians of alternating
 * rounds with their quartiles; read the ratio first, since the same setting swings by tens of per cent on a shared
 * machine. Each side has a process of its own. BENCH_ROUNDS sets the rounds (default 7).
 */

const rounds = Number(process.env.BENCH_ROUNDS ?? 7);
const wanted = process.argv.slice(2);
const isWanted = (name: string) => wanted.length === 0 || wanted.some((start) => name.startsWith(start));
const redis = await startRedis();
const admin = new Redis(redis.url);

const chosen = benches.filter(({ name }) => isWanted(name));
if (chosen.length > 0) {
  console.log("| work, jobs/s | ours | raw BullMQ | ratio | goal | CPU a job, ours / raw |\n|---|---|---|---|---|---|");
  for (const bench of chosen) console.log(rowOf(bench, await run(bench)));
}
if (isWanted("idle")) await tellOfIdling();
admin.disconnect();
await redis.stop();

async function run(bench: Bench): Promise<Comparison> {
  const ours = openSideProcess(bench, "ours", redis.url);
  const raw = openSideProcess(bench, "raw", redis.url);
  const comparison = await compare(fresh(ours), fresh(raw), rounds);
  await Promise.all([ours.close(), raw.close()]);
  return comparison;
}

function fresh(side: Side): Side {
  return {
    async run() {
      await admin.flushall();
      return side.run();
    },
  };
}

function rowOf({ name, title, goal }: Bench, { ours, raw, ratio, cpuUs }: Comparison): string {
  const whole = (value: number) => Math.round(value).toLocaleString("en");
  const of = ({ median, low, high }: Comparison["ours"]) => `${whole(median)} (${whole(low)}–${whole(high)})`;
  const ratios = `${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)})`;
  const cpu = `${whole(cpuUs.ours)} / ${whole(cpuUs.raw)} µs`;
  return `| ${name}: ${title} | ${of(ours)} | ${of(raw)} | ${ratios} | ${goal} | ${cpu} |`;
}

async function tellOfIdling(): Promise<void> {
  await admin.flushall();
  const raw = await watchIdleWorker("raw", redis.url, 200);
  await admin.flushall();
  const ours = await watchIdleWorker("ours", redis.url, 200);
  const row = (title: string, goal: string, show: (idling: Idling) => string) =>
    console.log(`| idle: ${title} | ${show(ours)} | ${show(raw)} | ${goal} |`);
  const percentiles = (figures: readonly number[]) =>
    [0.5, 0.99].map((q) => quantile(figures, q).toFixed(1)).join(" / ");
  console.log("\n| an idle worker | ours | raw BullMQ | goal |\n|---|---|---|---|");
  row("pick-up p50 / p99, ms", "≤ 2 / 10", ({ pickUpMs }) => percentiles(pickUpMs));
  row("lateness of delayed jobs p50 / p99, ms", "≤ 150", ({ lateMs }) => percentiles(lateMs));
  row("CPU of a core, %", "≤ 2", ({ cpuPercent }) => cpuPercent.toFixed(2));
  row("resident memory, MB", "≤ raw + 15 %", ({ residentMb }) => residentMb.toFixed(0));
}
