import { queuesOf } from "../catalog.js";
import type { Logger } from "../logger.js";
import { withPatience } from "../store/patience.js";
import { type Connection, openStore } from "../store/store.js";
import type { Catalog } from "../task.js";
import { heldBySync } from "./deployments.js";
import { listSchedules, type ScheduleView } from "./list-schedules.js";
import { doesNewerLive, type Reconciliation, reconcileSchedules } from "./reconcile-schedules.js";

/** An operator's view of the schedules of a project. Its methods reject with RedisUnavailable while Redis is away. */
export interface Schedules {
  list(): Promise<{
    readonly schedules: readonly ScheduleView[];
    /** A newer version of the project lives, and its schedules hold. */
    readonly newerLives: boolean;
  }>;
  /**
   * Makes the schedules what this version declares, for its workers that are about to start: without one, it counts as
   * alive for {@link syncHoldsMs}.
   */
  sync(order: SyncOrder): Promise<Reconciliation>;
  close(): Promise<void>;
}

/** How to sync. */
export interface SyncOrder {
  /** Also while a newer version lives, which counts as older from then on. */
  readonly force: boolean;
  /** Also remove the runs of removed schedules that wait and that nobody has begun. */
  readonly removeRuns: boolean;
}

/** How long a synced version's schedules hold before a worker of it has started. */
export const syncHoldsMs = 3_600_000;

/** Opens the schedules of the project that `catalog` is of. */
export async function openSchedules(catalog: Catalog, connection: Connection, logger: Logger): Promise<Schedules> {
  const store = await openStore(connection, "producer", logger);
  const queues = queuesOf(catalog);

  function ask<T>(operation: string, call: () => Promise<T>): Promise<T> {
    return withPatience({ operation, patienceMs: 60_000, outageBehind: store.outageBehind }, call);
  }

  return {
    list: () =>
      ask("listing schedules", async () => ({
        schedules: await listSchedules(store, catalog, logger),
        newerLives: await doesNewerLive(store, queues),
      })),
    sync: ({ force, removeRuns }) =>
      ask("syncing schedules", async () => {
        const order = { id: heldBySync, aliveForMs: syncHoldsMs, makeNewest: force, removeRuns };
        return reconcileSchedules(store, queues, order, logger);
      }),
    close: () => store.close(),
  };
}
