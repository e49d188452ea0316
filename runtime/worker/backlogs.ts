import type { Backlog } from "../store/backlog.js";
import { withPatience } from "../store/patience.js";
import type { Store } from "../store/store.js";

/** The backlogs of a worker's queues, for whoever asks: its watchdog, a probe, a scrape. */
export interface Backlogs {
  /** By queue. Rejects with RedisUnavailable when the store does not answer within a second. */
  read(): Promise<ReadonlyMap<string, Backlog>>;
}

/** Asks the store never twice at once: a question that it has not answered yet stands for those after it. */
export function openBacklogs(store: Store, queues: readonly string[]): Backlogs {
  const { outageBehind } = store;
  // An embedded store computes in this very process: it is slow at times, never away.
  const patience = { operation: "reading the queues", patienceMs: store.kind === "redis" ? 900 : 10_000, outageBehind };
  let asked: Promise<ReadonlyMap<string, Backlog>> | undefined;

  async function ask(): Promise<ReadonlyMap<string, Backlog>> {
    try {
      return new Map(await Promise.all(queues.map(async (queue) => [queue, await store.backlog(queue)] as const)));
    } finally {
      asked = undefined;
    }
  }

  return {
    read() {
      asked ??= ask();
      const answer = asked;
      return withPatience(patience, () => answer);
    },
  };
}
