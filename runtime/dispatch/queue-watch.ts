import type { Marker } from "../store/store.js";
import type { NoJob, QueueWorker } from "./queue-worker.js";

/** Finds out when a queue that had no job may have one. */
export interface QueueWatch {
  /** Whether its rate limit still lasts, as far as is known. */
  readonly isLimited: boolean;
  /** Heeds why there was no job. */
  heed(why: NoJob): void;
  /** Watches until it has called `wake` once. Does nothing while it watches already. */
  start(): void;
  /** The same, but asks the queue again no sooner than in `ms`. */
  startIn(ms: number): void;
  /** The last wake led to a job. */
  succeeded(): void;
  /** Stops watching; resolves to whether it did watch, so that a marker may have been lost on the way. */
  close(): Promise<boolean>;
}

/** What BullMQ leaves where idle workers wait when there is a job. */
export const baseMarker: Marker = { member: "0", score: 0 };

/**
 * A watch over the queue of `worker` that calls `wake` with the marker that it has taken; without one when it is only
 * time to look again.
 *
 * It waits where BullMQ's workers wait, which blocks: an empty queue is never polled. A delayed job's time is kept by a
 * timer of this process, since Redis ends a blocked wait up to 100 ms late.
 */
export function openQueueWatch(worker: QueueWorker, wake: (marker: Marker | undefined) => void): QueueWatch {
  const backend = worker.getBackend();
  let timer: NodeJS.Timeout | undefined;
  let limitedUntil = 0;
  let dueAt = 0;
  let isWaiting = false;
  let isClosed = false;
  let fruitless = 0;

  function start(): void {
    clearTimeout(timer);
    if (isClosed) return;
    const now = Date.now();
    if (limitedUntil > now) {
      timer = setTimeout(wake, limitedUntil - now, undefined);
      return;
    }
    // Later ones are heard of again when the wait ends.
    if (dueAt > 0 && dueAt - now < 60_000) timer = setTimeout(wake, Math.max(dueAt - now, 0) + 1, baseMarker);
    if (!isWaiting) void wait();
  }

  async function wait(): Promise<void> {
    isWaiting = true;
    const marker = await nextMarker();
    isWaiting = false;
    if (marker !== undefined && marker.score > Date.now() + 1) {
      // Not a job but the time of the next delayed one.
      dueAt = dueAt > 0 ? Math.min(dueAt, marker.score) : marker.score;
      start();
      return;
    }
    clearTimeout(timer);
    if (!isClosed || marker !== undefined) wake(marker);
  }

  async function nextMarker(): Promise<Marker | undefined> {
    const pauseMs = fruitless > 3 ? Math.min(25 * 2 ** (fruitless - 4), 400) : 0;
    if (pauseMs > 0) await after(pauseMs);
    if (isClosed) return undefined;
    const from = Date.now();
    try {
      return (await backend.waitForJob(longestWaitSeconds)) ?? undefined;
    } catch (error) {
      if (isClosed) return undefined;
      worker.emit("error", error instanceof Error ? error : new Error(String(error)));
      await backend.reconnectBlocking().catch(() => undefined);
      await after(200);
      return undefined;
    } finally {
      // A paused or full queue may answer at once that it has jobs, and never give one.
      fruitless = Date.now() - from < 20 ? fruitless + 1 : 0;
    }
  }

  return {
    get isLimited() {
      return limitedUntil > Date.now();
    },
    heed(why) {
      if (why.limitedUntil > 0) limitedUntil = why.limitedUntil;
      dueAt = why.dueAt;
    },
    start,
    startIn(ms) {
      clearTimeout(timer);
      if (!isClosed) timer = setTimeout(wake, ms, undefined);
    },
    succeeded() {
      fruitless = 0;
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      if (!isWaiting) return dueAt > 0;
      // While the connection is down, BullMQ would wait here for its end in vain.
      await Promise.race([backend.disconnectBlocking(true).catch(() => undefined), after(500)]);
      return true;
    },
  };
}

const longestWaitSeconds = 5;

function after(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}
