import type { JobOptions } from "../mapping/job-options.js";
import type { StoreJob, StoreQueue } from "../store/queue.js";
import type { Store } from "../store/store.js";
import type { TaskDefinition } from "../task.js";
import { compareSchedules, nextRun, readSchedules, type ScheduleDifference } from "./compare-schedules.js";
import { nextTick } from "./next-tick.js";
import { type PlannedSchedule, planSchedules, readScheduleId } from "./planned-schedules.js";
import { forgetRuns } from "./schedule-runs.js";

/** One schedule that was not as declared, or is not. `mended`: it was, but its next run was gone. */
export interface ScheduleChange {
  readonly queue: string;
  /** Of the job scheduler. */
  readonly id: string;
  readonly kind: "created" | "changed" | "mended" | "removed";
  /** What has changed, from the stored to the declared. */
  readonly differences: readonly ScheduleDifference[];
  /** Runs of a removed schedule that waited and were removed with it; only where that was asked for. */
  readonly removedRuns: number;
}

/** What schedules are written with, beside their queue. */
type ScheduleStore = Pick<Store, "documents" | "steps">;

/** How to treat the schedules of a queue. */
export interface QueueOrder {
  /** Workflows of other projects: their schedules are left alone. */
  readonly others: ReadonlySet<string>;
  /** Also remove the runs of removed schedules that nobody has begun. */
  readonly removeRuns: boolean;
}

/**
 * What {@link reconcileQueue} would write.
 *
 * Schedulers whose id doesn't begin with `taskwright:`, and those of other projects, are not ours and are left alone.
 */
export async function findChanges(
  queue: StoreQueue,
  tasks: readonly TaskDefinition[],
  others: ReadonlySet<string>,
): Promise<readonly ScheduleChange[]> {
  const declared = planSchedules(tasks);
  const stored = (await readSchedules(queue)).filter(({ id }) => isOurs(id, others));
  const byId = new Map(stored.map((schedule) => [schedule.id, schedule]));
  const change = { queue: queue.name, differences: [], removedRuns: 0 };
  const removed = stored.filter(({ id }) => !declared.some((schedule) => schedule.id === id));
  return [
    ...removed.map(({ id }) => ({ ...change, id, kind: "removed" as const })),
    ...declared.flatMap((schedule): ScheduleChange[] => {
      const { id } = schedule;
      const found = byId.get(id);
      if (found === undefined) return [{ ...change, id, kind: "created" }];
      const differences = compareSchedules(schedule, found);
      if (differences.length > 0) return [{ ...change, id, kind: "changed", differences }];
      return found.hasNextRun ? [] : [{ ...change, id, kind: "mended" }];
    }),
  ];
}

/**
 * Makes the schedules of one queue what its tasks declare, writing only differences: BullMQ removes a run that is
 * due but not yet started whenever a scheduler is written, even one that doesn't change.
 *
 * Any number of processes may do this at once. Resolves to what was written.
 */
export async function reconcileQueue(
  queue: StoreQueue,
  store: ScheduleStore,
  tasks: readonly TaskDefinition[],
  { others, removeRuns }: QueueOrder,
): Promise<readonly ScheduleChange[]> {
  const declared = new Map(planSchedules(tasks).map((schedule) => [schedule.id, schedule]));
  const written: ScheduleChange[] = [];
  for (const change of await findChanges(queue, tasks, others)) {
    const schedule = declared.get(change.id);
    if (schedule === undefined) {
      const removedRuns = await remove(queue, store, change.id, removeRuns);
      written.push({ ...change, removedRuns });
    } else {
      await keepDueRun(queue, schedule);
      await write(queue, schedule);
      written.push(change);
    }
  }
  return written;
}

/** Whether a job scheduler belongs to the project whose `others` these are. */
export function isOurs(id: string, others: ReadonlySet<string>): boolean {
  const name = readScheduleId(id);
  return name !== undefined && !others.has(name.workflow);
}

async function remove(
  queue: StoreQueue,
  { documents, steps }: ScheduleStore,
  id: string,
  removeRuns: boolean,
): Promise<number> {
  await queue.removeJobScheduler(id);
  await forgetRuns(documents, queue.name, id);
  if (!removeRuns) return 0;
  const runs = await waitingRuns(queue, id);
  const removed = await Promise.all(runs.map((run) => steps.removeUnbegun(queue.name, run.id ?? "")));
  return removed.filter(Boolean).length;
}

/** A search through all that waits: the ids of runs that a deployment has kept cannot be known. */
async function waitingRuns(queue: StoreQueue, id: string): Promise<readonly StoreJob[]> {
  const found: StoreJob[] = [];
  for (let start = 0; ; start += pageSize) {
    const jobs: StoreJob[] = await queue.getJobs(["prioritized", "waiting", "delayed"], start, start + pageSize - 1);
    if (jobs.length === 0) return found;
    found.push(...jobs.filter((job) => job.attemptsStarted === 0 && scheduleOf(job) === id));
  }
}

const pageSize = 500;

function scheduleOf(job: StoreJob): string | undefined {
  const options: Partial<JobOptions> = job.opts;
  return job.repeatJobKey ?? options.taskwright?.schedule?.id;
}

/** Writing the scheduler will remove its next run; when that is due already, a job of the same content replaces it. */
async function keepDueRun(queue: StoreQueue, { id, name, opts }: PlannedSchedule): Promise<void> {
  const { next = 0 } = (await queue.getJobScheduler(id)) ?? {};
  const run = await nextRun(queue, id, next);
  const state = (await run?.getState()) ?? "unknown";
  if (run === undefined || !isUnstarted(state) || (state === "delayed" && next > Date.now())) return;
  // The same id from every process that starts now, so that it runs once.
  const replacement: JobOptions = { ...opts, prevMillis: next, jobId: `due-${id.replaceAll(":", "-")}-${next}` };
  await queue.add(name, run.data, replacement);
}

async function write(queue: StoreQueue, { id, pattern, tz, name, data, opts }: PlannedSchedule): Promise<void> {
  const lastTick = await lastTickWithRun(queue, id, { pattern, tz });
  const after = lastTick === undefined ? {} : { prevMillis: lastTick };
  await queue.upsertJobScheduler(id, { pattern, tz }, { name, data, opts: { ...opts, ...after } });
}

/**
 * The last of the coming ticks that have had their run ahead of time, as when somebody promoted it. BullMQ would give
 * the next run the id of that job, and refuse to, or write over it.
 */
async function lastTickWithRun(
  queue: StoreQueue,
  id: string,
  repeat: { readonly pattern: string; readonly tz: string },
): Promise<number | undefined> {
  const pending = (await queue.getJobScheduler(id))?.next;
  let lastTick: number | undefined;
  for (;;) {
    const tick = nextTick(lastTick ?? Date.now(), repeat);
    const run = tick === undefined ? undefined : await nextRun(queue, id, tick);
    if (run === undefined || (tick === pending && isUnstarted(await run.getState()))) return lastTick;
    lastTick = tick;
  }
}

function isUnstarted(state: string): boolean {
  return state === "delayed" || state === "prioritized" || state === "waiting";
}
