import type { QueueOfTasks } from "../catalog.js";
import type { Logger } from "../logger.js";
import type { JobSteps } from "../store/job-steps.js";
import type { StoreJob, StoreQueue } from "../store/queue.js";
import type { Retention, TaskDefinition } from "../task.js";

/** How many ended jobs of a task a janitor has removed. */
export interface Removed {
  readonly task: string;
  readonly outcome: keyof Retention;
  readonly count: number;
}

/**
 * Removes the ended jobs of one queue that are older, or more, than their own task keeps.
 *
 * BullMQ trims a queue only when one of its jobs ends, all its tasks alike, and tells nobody. Reads in pages. What leaves
 * the dead letter is counted and logged. `now` is in ms since 1970.
 */
export async function cleanQueue(
  queue: StoreQueue,
  steps: JobSteps,
  { name, tasks }: QueueOfTasks,
  now: number,
  logger: Logger,
): Promise<readonly Removed[]> {
  const removed: Removed[] = [];
  for (const outcome of ["completed", "failed"] as const) {
    for (const [task, count] of await cleanOutcome(queue, steps, tasks, outcome, now)) {
      removed.push({ task, outcome, count });
      const message = outcome === "failed" ? "removed from the dead letter" : "removed completed jobs";
      logger[outcome === "failed" ? "info" : "debug"]({ queue: name, task, count }, message);
    }
  }
  return removed;
}

/**
 * Cleans every `everyMs`, for the first time after half of it or more: at random, so that many workers don't do it at
 * once. Returns what ends it.
 */
export function startJanitor(clean: () => Promise<void>, everyMs: number, logger: Logger): () => void {
  let timer = setTimeout(run, (0.5 + Math.random()) * everyMs).unref();
  let isStopped = false;
  function run(): void {
    clean()
      .catch((err: unknown) => logger.warn({ err }, "the janitor could not clean; it tries again later"))
      .finally(() => {
        if (!isStopped) timer = setTimeout(run, everyMs).unref();
      });
  }
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}

const pageSize = 200;

type Counts = ReadonlyMap<string, number>;

async function cleanOutcome(
  queue: StoreQueue,
  steps: JobSteps,
  tasks: readonly TaskDefinition[],
  outcome: keyof Retention,
  now: number,
): Promise<Counts> {
  const bounds = new Map(tasks.map((task) => [task.name, task.retention[outcome]]));
  const total = (await queue.getJobCounts(outcome))[outcome] ?? 0;
  // No task can have too many while all together have fewer than the smallest count: then only age matters, and the
  // oldest job that is young enough for every task ends the search.
  const onlyAge = total <= Math.min(...[...bounds.values()].map(({ count }) => count));
  const youngest = now - Math.min(...[...bounds.values()].map(({ ageMs }) => ageMs));
  const kept = new Map<string, number>();
  const seen = new Set<string>();
  const removed = new Map<string, number>();

  let start = 0;
  for (;;) {
    const jobs: StoreJob[] = await queue.getJobs([outcome], start, start + pageSize - 1, onlyAge);
    if (jobs.length === 0) return removed;
    start += jobs.length;
    for (const job of jobs) {
      const { id = "", finishedOn = now } = job;
      const bound = bounds.get(job.name);
      if (onlyAge && finishedOn > youngest) return removed;
      // Jobs that end while we read push others onto the next page, where they are met again.
      if (bound === undefined || seen.has(id)) continue;
      seen.add(id);
      const place = (kept.get(job.name) ?? 0) + 1;
      if (finishedOn + bound.ageMs > now && place <= bound.count) kept.set(job.name, place);
      else if (await steps.removeEnded(queue.name, id, outcome)) {
        start -= 1;
        removed.set(job.name, (removed.get(job.name) ?? 0) + 1);
      }
    }
  }
}
