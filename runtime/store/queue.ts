import { type IQueueBackend, type Job, Queue } from "bullmq";
import type { Logger } from "../logger.js";
import { nextTick } from "../upkeep/next-tick.js";
import type { Store } from "./store.js";

/** A BullMQ queue on any of its backends. */
export type StoreQueue = Queue<unknown, unknown, string, unknown, unknown, string, IQueueBackend>;

/** A BullMQ job of any contract. */
export type StoreJob = Job<unknown, unknown, string>;

/** Opens the queue `name`. Its errors are logged, except outages, which the store itself reports. */
export function openQueue(store: Store, name: string, logger: Logger): StoreQueue {
  const { options, backend } = store.bind(name);
  const queue: StoreQueue = new Queue(name, { ...options, settings: { repeatStrategy: nextTick } }, backend);
  queue.on("error", (error) => {
    if (store.outageBehind(error) === undefined) logger.error({ err: error, queue: name }, "queue error");
  });
  return queue;
}
