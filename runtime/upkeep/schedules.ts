import { isDeepStrictEqual } from "node:util";
import type { QueueOfTasks } from "../catalog.js";
import { type JobOptions, planScheduledJobOptions } from "../mapping/job-options.js";
import type { StoreQueue } from "../store/queue.js";

/** A schedule as a BullMQ job scheduler. */
export interface PlannedSchedule {
  readonly id: string;
  readonly pattern: string;
  readonly tz: string;
  readonly name: string;
  readonly data: unknown;
  readonly opts: JobOptions;
}

/** How many schedules were written, and how many were as declared. */
export interface ScheduleSummary {
  readonly created: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
}

/**
 * Makes the schedules of one queue what its tasks declare, writing only differences: BullMQ removes a run that is
 * due but not yet started whenever a scheduler is written, even one that doesn't change.
 *
 * Schedulers whose id doesn't begin with `taskwright:` are not ours and are left alone. Any number of processes may
 * do this at once.
 */
export async function reconcileSchedules(queue: StoreQueue, { tasks }: QueueOfTasks): Promise<ScheduleSummary> {
  const declared = planSchedules(tasks);
  const stored = (await queue.getJobSchedulers(0, -1)).filter(({ key }) => key.startsWith(prefix));
  const byId = new Map(stored.map((scheduler) => [scheduler.key, scheduler]));
  const orphans = stored.filter(({ key }) => !declared.some(({ id }) => id === key));
  for (const { key } of orphans) await queue.removeJobScheduler(key);

  const created = declared.filter(({ id }) => !byId.has(id));
  const changed = declared.filter((schedule) => differs(schedule, byId.get(schedule.id)));
  for (const schedule of changed) await keepDueRun(queue, schedule, byId.get(schedule.id)?.next);
  for (const schedule of [...created, ...changed]) await write(queue, schedule);
  return {
    created: created.length,
    changed: changed.length,
    removed: orphans.length,
    unchanged: declared.length - created.length - changed.length,
  };
}

/** The job schedulers that `tasks`, all of one queue, declare. Pure. Source: `cron`, `schedules` in the workflow file. */
export function planSchedules(tasks: QueueOfTasks["tasks"]): readonly PlannedSchedule[] {
  return tasks.flatMap((task) =>
    Object.entries(task.schedules ?? {}).map(([name, { cron, timezone, payload }]) => ({
      id: `${prefix}${task.name}:${name}`,
      pattern: cron,
      tz: timezone,
      name: task.name,
      data: payload ?? {},
      opts: planScheduledJobOptions(task, tasks),
    })),
  );
}

const prefix = "taskwright:";

type StoredScheduler = Awaited<ReturnType<StoreQueue["getJobSchedulers"]>>[number];

function differs(planned: PlannedSchedule, stored: StoredScheduler | undefined): boolean {
  if (stored === undefined) return false;
  const { pattern, tz, name, template } = stored;
  const found = { pattern, tz, name, data: template?.data ?? {}, opts: template?.opts };
  const { id: _, ...wanted } = planned;
  return !isDeepStrictEqual(asStored(found), asStored(wanted));
}

/** Both sides as JSON has them, without what is undefined. */
function asStored(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** Writing the scheduler will remove its next run; when that is due already, a job of the same content replaces it. */
async function keepDueRun(queue: StoreQueue, { id, name, opts }: PlannedSchedule, next = 0): Promise<void> {
  const run = await queue.getJob(`repeat:${id}:${next}`);
  const state = await run?.getState();
  const isDue = state === "prioritized" || state === "waiting" || (state === "delayed" && next <= Date.now());
  if (run === undefined || !isDue) return;
  // The same id from every process that starts now, so that it runs once.
  const replacement: JobOptions = { ...opts, jobId: `due-${id.replaceAll(":", "-")}-${next}` };
  await queue.add(name, run.data, replacement);
}

async function write(queue: StoreQueue, { id, pattern, tz, name, data, opts }: PlannedSchedule): Promise<void> {
  await queue.upsertJobScheduler(id, { pattern, tz }, { name, data, opts });
}
