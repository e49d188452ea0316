import { QueueEvents } from "bullmq";
import type { Redis } from "ioredis";
import type { Logger } from "../logger.js";
import type { StoreQueue } from "../store/queue.js";
import { longestSilenceMs } from "../store/redis.js";
import type { Store } from "../store/store.js";

/** What a queue's event stream tells of a job's end. */
export type EndEvent =
  | { readonly kind: "completed"; readonly result: unknown }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "removed" };

/** The ends of all jobs of one queue, read on one connection however many wait for them. */
export interface JobEvents {
  /** Calls `listener` at the end of job `id` from now on. Returns what stops it. */
  onEnd(id: string, listener: (event: EndEvent) => void): () => void;
  close(): Promise<void>;
}

/**
 * Resolves when no end of a job can be missed any more.
 *
 * Calls `onIdle` when nobody has listened for `idleMs`: to read on would cost a process that waited once every event of
 * a busy queue for ever.
 */
export async function openJobEvents(
  store: Store,
  queue: StoreQueue,
  logger: Logger,
  onIdle: () => void,
  idleMs = 10_000,
): Promise<JobEvents> {
  // Read from an event of our own on: BullMQ's default, "from now", begins only when its first read has arrived.
  const lastEventId = await queue.getBackend().publishEvent({ event: "taskwright:listening" }, 10_000);
  const { options, backend } = store.bind(queue.name);
  const connection = store.kind === "redis" ? patient(options.connection as Redis) : options.connection;
  const events = new QueueEvents(queue.name, { ...options, connection, lastEventId }, backend);
  events.setMaxListeners(0);
  events.on("error", (err) => {
    if (store.outageBehind(err) === undefined) logger.error({ err, queue: queue.name }, "reading events failed");
  });
  const listeners = new Map<string, Set<(event: EndEvent) => void>>();
  let idle: NodeJS.Timeout | undefined;
  const tell = (jobId: string, event: EndEvent) => {
    for (const listener of listeners.get(jobId) ?? []) listener(event);
  };
  // BullMQ has parsed the result, whatever its type says.
  events.on("completed", ({ jobId, returnvalue }) => tell(jobId, { kind: "completed", result: returnvalue }));
  events.on("failed", ({ jobId, failedReason }) => tell(jobId, { kind: "failed", reason: failedReason }));
  events.on("removed", ({ jobId }) => tell(jobId, { kind: "removed" }));
  return {
    onEnd(id, listener) {
      clearTimeout(idle);
      const ofJob = listeners.get(id) ?? new Set();
      listeners.set(id, ofJob.add(listener));
      return () => {
        ofJob.delete(listener);
        if (ofJob.size === 0) listeners.delete(id);
        if (listeners.size === 0) idle = setTimeout(onIdle, idleMs).unref();
      };
    },
    close() {
      clearTimeout(idle);
      return events.close();
    },
  };
}

/** Never connected itself: BullMQ reads on a copy of it, which must be allowed to wait for ever. */
function patient(client: Redis): Redis {
  return client.duplicate({ maxRetriesPerRequest: null, lazyConnect: true, socketTimeout: longestSilenceMs });
}
