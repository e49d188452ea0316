import type { Logger } from "../logger.js";
import type { Backlog } from "../store/backlog.js";
import type { Backlogs } from "./backlogs.js";

/** Notices a worker that lives and takes no job. */
export interface Watchdog {
  /** A job of `queue` was taken. */
  taken(queue: string): void;
  /** The queues whose jobs wait although this worker has a free slot, for longer than they should. */
  readonly stuck: readonly string[];
  stop(): void;
}

/** What a watchdog looks at. */
export interface Watched {
  readonly backlogs: Backlogs;
  /** Those that the worker serves. */
  readonly queues: readonly string[];
  /** Whether the worker should take a job if there was one: it is not suspended, nor stopping, and has a free slot. */
  readonly mayTake: () => boolean;
  readonly stuckAfterMs: number;
}

/**
 * Looks three times in `stuckAfterMs`, and logs an error once a queue is stuck: jobs wait that no limit and no pause
 * holds back, a slot was free at every look, and none of them was taken.
 *
 * A store that is silent without closing its connections is told of as well, which nobody else would notice.
 */
export function startWatchdog({ backlogs, queues, mayTake, stuckAfterMs }: Watched, logger: Logger): Watchdog {
  const everyMs = stuckAfterMs / 3;
  const takenSinceLook = new Set<string>();
  const waitingSince = new Map<string, number>();
  const stuck = new Set<string>();
  let isLooking = false;
  let isSilent = false;
  let lookedAt = Date.now();

  async function look(): Promise<void> {
    const now = Date.now();
    const previous = lookedAt;
    lookedAt = now;
    // Timers that come late by so much mean that nothing else ran either: locks were not renewed, nobody was answered.
    const lateMs = now - previous - everyMs;
    if (lateMs > mostLateMs) logger.warn({ lateMs }, "the event loop was blocked: a handler computes without a pause");
    if (isLooking) return;
    isLooking = true;
    try {
      heed(await backlogs.read(), previous);
      if (isSilent) logger.info({}, "the store answers again");
      isSilent = false;
    } catch (err) {
      if (!isSilent) logger.error({ err }, "the store does not answer: no job can be taken");
      isSilent = true;
      waitingSince.clear();
    } finally {
      takenSinceLook.clear();
      isLooking = false;
    }
  }

  function heed(found: ReadonlyMap<string, Backlog>, previous: number): void {
    const mightTake = mayTake();
    for (const queue of queues) {
      const backlog = found.get(queue);
      const isHeldUp = mightTake && backlog !== undefined && isReady(backlog) && !takenSinceLook.has(queue);
      if (!isHeldUp) {
        waitingSince.delete(queue);
        if (stuck.delete(queue)) logger.info({ queue }, "jobs are taken again");
        continue;
      }
      // At the look before it did not wait yet. A job that was promoted has its due time before it.
      const dueAt = Math.min(Date.now(), backlog.oldestDueAt ?? previous);
      const since = waitingSince.get(queue) ?? Math.max(previous, dueAt);
      waitingSince.set(queue, since);
      const heldUpMs = Date.now() - since;
      if (heldUpMs < stuckAfterMs || stuck.has(queue)) continue;
      stuck.add(queue);
      logger.error({ queue, waiting: backlog.waiting, heldUpMs }, "jobs wait and slots are free, yet none is taken");
    }
  }

  const timer = setInterval(() => void look(), everyMs).unref();
  return {
    taken: (queue) => void takenSinceLook.add(queue),
    get stuck() {
      return [...stuck];
    },
    stop: () => clearInterval(timer),
  };
}

const mostLateMs = 5_000;

function isReady({ waiting, isPaused, isLimited }: Backlog): boolean {
  return waiting > 0 && !isPaused && !isLimited;
}
