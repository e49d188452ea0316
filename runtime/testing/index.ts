import { queuesOf } from "../catalog.js";
import { defaultLogger, type Logger } from "../logger.js";
import { firstDueAt } from "../mapping/stored-job.js";
import { withPatience } from "../store/patience.js";
import { openQueue, type StoreJob, type StoreQueue } from "../store/queue.js";
import { type Connection, openStore } from "../store/store.js";
import type { Catalog } from "../task.js";

/** Where a job is. A retry that waits for its time is `delayed`, as is the next run of a schedule. */
export type JobState = "waiting" | "active" | "delayed" | "completed" | "failed";

/** A job as it is stored. */
export interface QueuedJob {
  readonly id: string;
  readonly queue: string;
  /** Wire name. */
  readonly task: string;
  readonly state: JobState;
  readonly payload: unknown;
  readonly result: unknown;
  /** Attempts that have ended. */
  readonly attemptsMade: number;
  /** Of the last failed attempt. */
  readonly failedReason: string | undefined;
  /** When a delayed job is first due, in ms since 1970; undefined for a retry, whose time BullMQ doesn't tell. */
  readonly dueAt: number | undefined;
}

/** Which jobs; what is left out is not asked for. */
export interface JobFilter {
  readonly queue?: string;
  /** Wire name. */
  readonly task?: string;
  /** True: only jobs of which an attempt has ended, so that of the delayed ones it leaves the retries. */
  readonly attempted?: boolean;
}

/** An operator's view of the queues of a project. Its methods reject with RedisUnavailable while Redis is away. */
export interface Queues {
  /** Jobs by queue and state. */
  counts(): Promise<Readonly<Record<string, Readonly<Record<JobState, number>>>>>;
  /** The jobs in `state`, at most 1,000 of each queue, those that come next or ended last first. */
  jobs(state: JobState, filter?: JobFilter): Promise<QueuedJob[]>;
  /** Makes delayed jobs, retries and scheduled runs due now; resolves to how many. */
  promoteDelayed(filter?: JobFilter): Promise<number>;
  close(): Promise<void>;
}

/** Opens the queues of `catalog`, to look into them and to turn their clock. */
export async function openQueues(
  catalog: Catalog,
  connection: Connection | undefined,
  logger: Logger = defaultLogger(),
): Promise<Queues> {
  const store = await openStore(connection, "producer", logger);
  const queues = queuesOf(catalog).map(({ name }) => openQueue(store, name, logger));

  // Longer than an enqueue may take: these read many jobs.
  function ask<T>(operation: string, call: () => Promise<T>): Promise<T> {
    return withPatience({ operation, patienceMs: 10_000, outageBehind: store.outageBehind }, call);
  }

  async function list(state: JobState, { queue: name, task, attempted }: JobFilter): Promise<[StoreQueue, StoreJob][]> {
    const found: [StoreQueue, StoreJob][] = [];
    for (const queue of queues.filter((each) => name === undefined || each.name === name)) {
      const isQueueing = state === "waiting" || state === "delayed";
      const jobs = await queue.getJobs([...statesOf[state]], 0, 999, isQueueing);
      found.push(...jobs.map((job): [StoreQueue, StoreJob] => [queue, job]));
    }
    return found
      .filter(([, job]) => task === undefined || job.name === task)
      .filter(([, job]) => attempted === undefined || job.attemptsMade > 0 === attempted);
  }

  return {
    counts: () =>
      ask("counting jobs", async () => {
        const rows = queues.map(async (queue) => {
          const counts = await queue.getJobCounts();
          const sum = (state: JobState) => statesOf[state].reduce((total, each) => total + (counts[each] ?? 0), 0);
          const [waiting, active, delayed] = [sum("waiting"), sum("active"), sum("delayed")];
          return [
            queue.name,
            { waiting, active, delayed, completed: sum("completed"), failed: sum("failed") },
          ] as const;
        });
        return Object.fromEntries(await Promise.all(rows));
      }),
    jobs: (state, filter = {}) =>
      ask("listing jobs", async () =>
        (await list(state, filter)).map(([queue, job]) => describe(queue.name, state, job)),
      ),
    promoteDelayed: (filter = {}) =>
      ask("promoting jobs", async () => {
        const delayed = await list("delayed", filter);
        const moved = await Promise.all(delayed.map(([, job]) => promote(job)));
        return moved.filter(Boolean).length;
      }),
    async close() {
      await Promise.all(queues.map((queue) => queue.close()));
      await store.close();
    },
  };
}

/** BullMQ keeps prioritized jobs apart, and every job of ours has a priority. */
const statesOf = {
  waiting: ["waiting", "prioritized"],
  active: ["active"],
  delayed: ["delayed"],
  completed: ["completed"],
  failed: ["failed"],
} as const;

function describe(queue: string, state: JobState, job: StoreJob): QueuedJob {
  return {
    id: job.id ?? "",
    queue,
    task: job.name,
    state,
    payload: job.data,
    result: job.returnvalue ?? undefined,
    attemptsMade: job.attemptsMade,
    failedReason: job.failedReason || undefined,
    dueAt: state === "delayed" && job.attemptsMade === 0 ? firstDueAt(job) : undefined,
  };
}

/** False when it is delayed no longer: its time may have come since it was listed. */
async function promote(job: StoreJob): Promise<boolean> {
  try {
    await job.promote();
    return true;
  } catch (error) {
    if (await job.isDelayed()) throw error;
    return false;
  }
}
