import { Worker as BullWorker, type IQueueBackend } from "bullmq";
import type { Logger } from "../logger.js";
import { waitForRetry } from "../mapping/backoff.js";
import type { Store } from "../store/store.js";
import type { Dispatch, DispatchEvents } from "./dispatch.js";
import { type Lane, shareSlots } from "./share.js";

/** How a split dispatch works. */
export interface SplitOptions {
  readonly concurrency: number;
  readonly lockDurationMs: number;
  readonly stalledIntervalMs: number;
  readonly maxCrashes: number;
}

type StoreWorker = BullWorker<unknown, unknown, string, IQueueBackend>;

/** One BullMQ worker for each queue, with the slots that its weight gives it. An idle queue's slots are not lent. */
export function openSplitDispatch(
  store: Store,
  lanes: readonly Lane[],
  options: SplitOptions,
  events: DispatchEvents,
  logger: Logger,
): Dispatch {
  const slots = shareSlots(lanes, options.concurrency);
  const workers: StoreWorker[] = lanes.map(({ queue }) =>
    openWorker(store, queue, slots.get(queue) ?? 1, options, events, logger),
  );
  return {
    async start() {
      await Promise.all(workers.map((worker) => worker.waitUntilReady()));
      for (const worker of workers) {
        worker.run().catch((err: unknown) => logger.error({ err, queue: worker.name }, "fetching has ended"));
      }
    },
    async drain() {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}

function openWorker(
  store: Store,
  queue: string,
  concurrency: number,
  { lockDurationMs, stalledIntervalMs, maxCrashes }: SplitOptions,
  events: DispatchEvents,
  logger: Logger,
): StoreWorker {
  const { options, backend } = store.bind(queue);
  const worker: StoreWorker = new BullWorker(
    queue,
    (job, token) => events.perform(job, queue, token ?? ""),
    {
      ...options,
      autorun: false,
      concurrency,
      lockDuration: lockDurationMs,
      stalledInterval: stalledIntervalMs,
      // Ours comes first, with a better reason; BullMQ's is the net below it for workers of other makes.
      maxStalledCount: maxCrashes + 1,
      runRetryDelay: 500,
      settings: { backoffStrategy: waitForRetry },
    },
    backend,
  );
  worker.on("error", (err) => {
    if (store.outageBehind(err) === undefined) logger.error({ err, queue }, "worker error");
  });
  worker.on("stalled", (jobId) => logger.warn({ queue, jobId }, "a worker died or lost touch: its job runs again"));
  worker.on("lockRenewalFailed", (jobIds) => {
    for (const jobId of jobIds) events.lockLost(jobId, queue);
  });
  worker.on("completed", (job) => events.succeeded(job, queue));
  worker.on("failed", (job, error) => {
    if (job !== undefined) events.failed(job, queue, error);
  });
  return worker;
}
