import type { OperatorStore, StoreHealth } from "../store/operator-store.js";
import type { QueueCounts, QueueView } from "./queue-views.js";

/** The whole at a glance. */
export interface Stats {
  readonly store: StoreHealth;
  /** Over all queues. */
  readonly counts: QueueCounts;
  /** Jobs that ended lately, of those that are still kept, by queue. */
  readonly ended: Readonly<Record<string, EndedLately>>;
  readonly queues: readonly QueueView[];
}

/** Jobs of a queue that ended in the last minute, hour and day, of those that are still kept. */
export interface EndedLately {
  readonly completed: EndedCounts;
  /** The cancelled too. */
  readonly dead: EndedCounts;
}

/** See {@link EndedLately}. */
export interface EndedCounts {
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
}

/** Counts what `queues` hold. `now` is in ms since 1970. */
export async function readStats(queues: readonly QueueView[], store: OperatorStore, now: number): Promise<Stats> {
  const [health, ...ended] = await Promise.all([
    store.health(),
    ...queues.map(async ({ name }) => [name, await endedLately(name, store, now)] as const),
  ]);
  const sum = (state: keyof QueueCounts) => queues.reduce((total, { counts }) => total + counts[state], 0);
  return {
    store: health,
    counts: {
      waiting: sum("waiting"),
      active: sum("active"),
      delayed: sum("delayed"),
      completed: sum("completed"),
      dead: sum("dead"),
    },
    ended: Object.fromEntries(ended),
    queues,
  };
}

async function endedLately(queue: string, store: OperatorStore, now: number): Promise<EndedLately> {
  const count = async (outcome: "completed" | "failed"): Promise<EndedCounts> => {
    const spans = [60_000, 3_600_000, 86_400_000].map((ms) => store.countEnded(queue, outcome, now - ms));
    const [minute = 0, hour = 0, day = 0] = await Promise.all(spans);
    return { minute, hour, day };
  };
  const [completed, dead] = await Promise.all([count("completed"), count("failed")]);
  return { completed, dead };
}
