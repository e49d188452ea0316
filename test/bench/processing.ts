import { setTimeout as sleep } from "node:timers/promises";
import type { Side, SideName } from "./rounds.js";
import {
  countStarts,
  type Name,
  openOurTasks,
  openOurWorker,
  openRawQueue,
  openRawWorker,
  rawOptions,
  reminder,
  weights,
} from "./subject.js";

/** How many jobs wait in each queue when the workers begin. */
export type Load = Partial<Record<Name, number>>;

export interface Processing {
  readonly load: Load;
  readonly concurrency: number;
  /** How long a handler takes; 0: it returns at once. */
  readonly handlerMs?: number;
  /** Only so many starts are timed, if fewer than there are jobs. */
  readonly starts?: number;
  /** Slots of the raw worker of each queue; default: by weight. */
  readonly rawSlots?: Partial<Record<Name, number>>;
}

/** Runs what waits, on either side; measures from the first start of a handler to the last. */
export function processing(url: string, settings: Processing): Record<SideName, Side> {
  const { load, concurrency, handlerMs = 0, rawSlots = weights } = settings;
  const loaded = Object.entries(load) as [Name, number][];
  const starts = settings.starts ?? loaded.reduce((sum, [, count]) => sum + count, 0);
  const handle = (count: () => void) => () => {
    count();
    return handlerMs === 0 ? undefined : sleep(handlerMs);
  };
  return {
    ours: {
      async run() {
        const tasks = openOurTasks(url);
        for (const [name, count] of loaded) {
          await tasks.bench[name].enqueueMany(Array.from({ length: count }, () => ({ payload: reminder })));
        }
        await tasks.close();
        const counter = countStarts(starts);
        const worker = openOurWorker(url, concurrency, handle(counter.start), Object.keys(rawSlots) as Name[]);
        await worker.start();
        const figures = await counter.done;
        await worker.close();
        return figures;
      },
    },
    raw: {
      async run() {
        const counter = countStarts(starts);
        const queues = (Object.keys(rawSlots) as Name[]).map((name) => ({ name, queue: openRawQueue(url, name) }));
        for (const { name, queue } of queues) {
          const jobs = Array.from({ length: load[name] ?? 0 }, () => ({ name: "r", data: reminder, opts: rawOptions }));
          await queue.addBulk(jobs);
          await queue.close();
        }
        const workers = queues.map(({ name }) => openRawWorker(url, name, rawSlots[name] ?? 1, handle(counter.start)));
        await Promise.all(workers.map((worker) => worker.waitUntilReady()));
        for (const worker of workers) void worker.run();
        const figures = await counter.done;
        await Promise.all(workers.map((worker) => worker.close()));
        return figures;
      },
    },
  };
}
