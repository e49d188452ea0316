import { type Figures, type Side, type SideName, startClock } from "./rounds.js";
import { openOurTasks, openRawQueue, rawOptions, reminder } from "./subject.js";

/** Enqueues `count` jobs, `inFlight` at once, on either side. */
export function enqueueing(url: string, count: number, inFlight: number): Record<SideName, Side> {
  return {
    ours: {
      async run() {
        const tasks = openOurTasks(url);
        await tasks.bench.default.enqueue(reminder);
        const figures = await measureCalls(count, inFlight, () => tasks.bench.default.enqueue({ ...reminder }));
        await tasks.close();
        return figures;
      },
    },
    raw: {
      async run() {
        const queue = openRawQueue(url, "default");
        await queue.waitUntilReady();
        await queue.add("reminder", reminder, rawOptions);
        const figures = await measureCalls(count, inFlight, () => queue.add("reminder", { ...reminder }, rawOptions));
        await queue.close();
        return figures;
      },
    },
  };
}

/** Enqueues `count` jobs with one call. */
export function enqueueingMany(url: string, count: number): Record<SideName, Side> {
  return {
    ours: {
      async run() {
        const tasks = openOurTasks(url);
        await tasks.bench.default.enqueue(reminder);
        const jobs = Array.from({ length: count }, () => ({ payload: { ...reminder } }));
        const figuresOf = startClock();
        await tasks.bench.default.enqueueMany(jobs);
        const figures = figuresOf(count);
        await tasks.close();
        return figures;
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
        const figuresOf = startClock();
        await queue.addBulk(jobs);
        const figures = figuresOf(count);
        await queue.close();
        return figures;
      },
    },
  };
}

async function measureCalls(count: number, inFlight: number, call: () => Promise<unknown>): Promise<Figures> {
  let left = count;
  const figuresOf = startClock();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left-- > 0) await call();
    }),
  );
  return figuresOf(count);
}
