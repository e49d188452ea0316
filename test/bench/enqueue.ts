import type { Side } from "./rounds.js";
import { openOurTasks, openRawQueue, rateOf, rawOptions, reminder } from "./subject.js";

/** Enqueues `count` jobs, `inFlight` at once, on either side. */
export function enqueueing(url: string, count: number, inFlight: number): { ours: Side; raw: Side } {
  return {
    ours: {
      async run() {
        const tasks = openOurTasks(url);
        await tasks.bench.default.enqueue(reminder);
        const rate = await rateOfCalls(count, inFlight, () => tasks.bench.default.enqueue({ ...reminder }));
        await tasks.close();
        return rate;
      },
    },
    raw: {
      async run() {
        const queue = openRawQueue(url, "default");
        await queue.waitUntilReady();
        await queue.add("reminder", reminder, rawOptions);
        const rate = await rateOfCalls(count, inFlight, () => queue.add("reminder", { ...reminder }, rawOptions));
        await queue.close();
        return rate;
      },
    },
  };
}

/** Enqueues `count` jobs with one call. */
export function enqueueingMany(url: string, count: number): { ours: Side; raw: Side } {
  return {
    ours: {
      async run() {
        const tasks = openOurTasks(url);
        await tasks.bench.default.enqueue(reminder);
        const jobs = Array.from({ length: count }, () => ({ payload: { ...reminder } }));
        const from = process.hrtime.bigint();
        await tasks.bench.default.enqueueMany(jobs);
        const rate = rateOf(count, from);
        await tasks.close();
        return rate;
      },
    },
    raw: {
      async run() {
        const queue = openRawQueue(url, "default");
        await queue.waitUntilReady();
        const jobs = Array.from({ length: count }, () => ({
          name: "reminder",
          data: { ...reminder },
          opts: rawOptions,
        }));
        const from = process.hrtime.bigint();
        await queue.addBulk(jobs);
        const rate = rateOf(count, from);
        await queue.close();
        return rate;
      },
    },
  };
}

async function rateOfCalls(count: number, inFlight: number, call: () => Promise<unknown>): Promise<number> {
  let left = count;
  const from = process.hrtime.bigint();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left-- > 0) await call();
    }),
  );
  return rateOf(count, from);
}
