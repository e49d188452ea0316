import type { OperatorStore } from "../store/operator-store.js";
import type { StoreQueue } from "../store/queue.js";
import type { Manifest } from "./manifest.js";

/** A queue as it is now. */
export interface QueueView {
  readonly name: string;
  readonly description: string | undefined;
  /** Whether a workflow file of this project declares it, or a task uses it. */
  readonly isDeclared: boolean;
  /** Its share of the workers' slots; undefined for a queue that is not declared. */
  readonly weight: number | undefined;
  readonly isPaused: boolean;
  readonly counts: QueueCounts;
  /** For how long the longest waiting job could have run already, in ms; undefined when none waits. */
  readonly oldestWaitingMs: number | undefined;
  /** As they hold now, over all workers; undefined: none. */
  readonly concurrency: number | undefined;
  readonly rateLimit: { readonly max: number; readonly perMs: number } | undefined;
  /** Wire names of the tasks that use it. */
  readonly tasks: readonly string[];
}

/** Jobs by state; `dead` counts the cancelled too. */
export interface QueueCounts {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly completed: number;
  readonly dead: number;
}

/** One queue as it is now. `now` is in ms since 1970. */
export async function viewQueue(
  queue: StoreQueue,
  store: OperatorStore,
  manifest: Manifest,
  now: number,
): Promise<QueueView> {
  const { name } = queue;
  const [counts, meta, since] = await Promise.all([countJobs(queue), queue.getMeta(), store.waitingSince(name)]);
  const { paused: isPaused = false, concurrency, max, duration } = meta;
  const declared = Object.hasOwn(manifest.queues, name) ? manifest.queues[name] : undefined;
  return {
    name,
    description: declared?.description,
    isDeclared: declared !== undefined,
    weight: declared?.weight,
    isPaused,
    counts,
    oldestWaitingMs: since === undefined ? undefined : Math.max(0, now - since),
    concurrency,
    rateLimit: max === undefined || duration === undefined ? undefined : { max, perMs: duration },
    tasks: manifest.tasks.filter((task) => task.queue === name).map((task) => task.name),
  };
}

const counted = ["waiting", "prioritized", "waiting-children", "active", "delayed", "completed", "failed"] as const;

async function countJobs(queue: StoreQueue): Promise<QueueCounts> {
  // On PostgreSQL the jobs without a priority of a paused queue are counted under a name that BullMQ's types lack.
  const counts = await queue.getJobCounts(...counted, "paused" as "waiting");
  const of = (state: string) => counts[state] ?? 0;
  return {
    waiting: of("waiting") + of("paused") + of("prioritized") + of("waiting-children"),
    active: of("active"),
    delayed: of("delayed"),
    completed: of("completed"),
    dead: of("failed"),
  };
}
