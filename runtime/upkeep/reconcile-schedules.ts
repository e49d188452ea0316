import { getNextMillis } from "bullmq";
import type { QueueOfTasks } from "../catalog.js";
import type { JobOptions } from "../mapping/job-options.js";
import type { StoreQueue } from "../store/queue.js";
import { compareSchedules, nextRun, readSchedules } from "./compare-schedules.js";
import { type PlannedSchedule, planSchedules, readScheduleId } from "./planned-schedules.js";

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
  const stored = (await readSchedules(queue)).filter(({ id }) => readScheduleId(id) !== undefined);
  const byId = new Map(stored.map((schedule) => [schedule.id, schedule]));
  const orphans = stored.filter(({ id }) => !declared.some((schedule) => schedule.id === id));
  for (const { id } of orphans) await queue.removeJobScheduler(id);

  const created = declared.filter(({ id }) => !byId.has(id));
  const changed = declared.filter((schedule) => {
    const found = byId.get(schedule.id);
    return found !== undefined && (!found.hasNextRun || compareSchedules(schedule, found).length > 0);
  });
  for (const schedule of changed) await keepDueRun(queue, schedule, byId.get(schedule.id)?.next);
  for (const schedule of [...created, ...changed]) await write(queue, schedule);
  return {
    created: created.length,
    changed: changed.length,
    removed: orphans.length,
    unchanged: declared.length - created.length - changed.length,
  };
}

/** Writing the scheduler will remove its next run; when that is due already, a job of the same content replaces it. */
async function keepDueRun(queue: StoreQueue, { id, name, opts }: PlannedSchedule, next = 0): Promise<void> {
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
    const tick = getNextMillis(lastTick ?? Date.now(), repeat);
    const run = tick === undefined ? undefined : await nextRun(queue, id, tick);
    if (run === undefined || (tick === pending && isUnstarted(await run.getState()))) return lastTick;
    lastTick = tick;
  }
}

function isUnstarted(state: string): boolean {
  return state === "delayed" || state === "prioritized" || state === "waiting";
}
