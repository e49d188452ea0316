import { randomUUID } from "node:crypto";
import type { QueueOfTasks } from "../catalog.js";
import type { Logger } from "../logger.js";
import { changeDocument } from "../store/documents.js";
import type { Store } from "../store/store.js";
import { type Deployments, deploymentsKey, leave } from "./deployments.js";
import { planScheduleSet } from "./planned-schedules.js";
import { announceSet, reconcileSchedules } from "./reconcile-schedules.js";

/** What a worker does for the schedules of its project as long as it lives. */
export interface ScheduleKeeper {
  /** Resolves when they are as declared, or when a newer version of the project says what they are. */
  start(): Promise<void>;
  /** Tells the others that this worker lives no longer. Never rejects. */
  end(): Promise<void>;
}

/**
 * Keeps the schedules of a project: brings them up to what it declares at the start, and again when a newer version that
 * held has no worker left, as after a rollback. A worker that is silent for twelve times `heartbeatMs` counts as dead.
 */
export function openScheduleKeeper(
  store: Store,
  queues: readonly QueueOfTasks[],
  heartbeatMs: number,
  logger: Logger,
): ScheduleKeeper {
  const set = planScheduleSet(queues);
  const order = { id: randomUUID(), aliveForMs: heartbeatMs * beatsOfLife, makeNewest: false, removeRuns: false };
  let timer: NodeJS.Timeout | undefined;
  let starting: Promise<void> = Promise.resolve();
  let beating: Promise<void> = Promise.resolve();
  let isOver = false;
  let wasInForce: boolean | undefined;

  async function bringUpToDate(): Promise<void> {
    const outcome = await reconcileSchedules(store, queues, order, logger);
    const isInForce = outcome.kind === "asDeclared";
    if (isInForce && (wasInForce !== true || outcome.changes.length > 0)) {
      const changes = outcome.changes.map(({ kind, id }) => `${kind} ${id}`);
      logger.info({ set: set.hash, changes }, "schedules are as declared");
    }
    if (!isInForce && wasInForce !== false) {
      logger.warn({ set: set.hash }, "schedules are those of a newer version, whose workers live");
    }
    wasInForce = isInForce;
  }

  async function beat(): Promise<void> {
    const { isInForce, isWritten } = await announceSet(store, set, order);
    if (!isOver && (isInForce !== wasInForce || (isInForce && !isWritten))) await bringUpToDate();
  }

  return {
    async start() {
      starting = bringUpToDate();
      await starting;
      if (isOver) return;
      timer = setInterval(
        () => {
          beating = beating.then(beat).catch((err: unknown) => {
            if (store.outageBehind(err) === undefined) logger.warn({ err }, "schedules could not be looked after");
          });
        },
        (heartbeatMs * beatsOfLife) / 3,
      ).unref();
    },
    async end() {
      isOver = true;
      clearInterval(timer);
      // What is under way would tell that this worker lives once more.
      await Promise.allSettled([starting, beating]);
      try {
        await changeDocument<Deployments>(
          store.documents,
          deploymentsKey,
          (known) => known && leave(known, set.hash, order.id),
        );
      } catch (err) {
        if (store.outageBehind(err) !== undefined) return;
        logger.warn({ err }, "this worker's version counts as alive for some time yet");
      }
    },
  };
}

const beatsOfLife = 12;
