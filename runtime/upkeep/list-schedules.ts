import { queuesOf } from "../catalog.js";
import type { Logger } from "../logger.js";
import type { JobOptions } from "../mapping/job-options.js";
import type { Documents } from "../store/documents.js";
import { openQueue, type StoreQueue } from "../store/queue.js";
import type { Store } from "../store/store.js";
import type { Catalog } from "../task.js";
import { compareSchedules, readSchedules, type ScheduleDifference, type StoredSchedule } from "./compare-schedules.js";
import { type PlannedSchedule, planSchedules, readScheduleId } from "./planned-schedules.js";
import { isOurs } from "./reconcile-queue.js";
import { lookUpProject, queuesToLookAt } from "./reconcile-schedules.js";
import { readRecord, type SkippedTicks } from "./schedule-runs.js";

/** A schedule, as declared and as it is in the store. Times are in ms since 1970. */
export interface ScheduleView {
  /** Of the BullMQ job scheduler; one of ours begins with `taskwright:`. */
  readonly id: string;
  readonly queue: string;
  /** Wire name of the task whose jobs it makes; of a foreign one, the name of its jobs. */
  readonly task: string;
  /** In its task: `default` for a bare `cron`. Of a foreign one its id. */
  readonly name: string;
  readonly state: ScheduleState;
  /** As stored; as declared when it is `missing`. Undefined: a foreign one that runs every so often. */
  readonly cron: string | undefined;
  /** Of a foreign one that has no cron. */
  readonly everyMs: number | undefined;
  /** IANA name. */
  readonly timezone: string;
  readonly payload: unknown;
  /** Undefined: nothing will start it. In the past: a run is due and was not started. */
  readonly nextRunAt: number | undefined;
  /** By how much that run is late, in ms; 0: it is not. */
  readonly lagMs: number;
  /** In which parts the store is not as declared. */
  readonly differences: readonly ScheduleDifference[];
  readonly missed: "once" | "skip";
  readonly overlap: "allow" | "skip";
  /** The last run that was begun; undefined: none was, or it is a foreign one. */
  readonly lastRun: LastRun | undefined;
  /** Ticks that were left out, as `missed: skip` and `overlap: skip` say. */
  readonly skipped: SkippedTicks;
}

/** A run of a schedule. Times are in ms since 1970. */
export interface LastRun {
  readonly jobId: string;
  /** Its tick. */
  readonly dueAt: number;
  readonly startedAt: number;
  /** What BullMQ says of its job; `unknown`: it is kept no longer. */
  readonly state: string;
}

/**
 * How the store stands to what is declared.
 *
 * `asDeclared`; `missing`: declared and not in the store; `drifted`: the store says something else; `stuck`: as
 * declared, but the job of its next run is gone, so that it never runs again; `orphaned`: ours and no longer declared;
 * `foreign`: another project's or not Taskwright's at all, and none of our business.
 */
export type ScheduleState = "asDeclared" | "missing" | "drifted" | "stuck" | "orphaned" | "foreign";

/** Every schedule that `catalog` declares or that is in its queues, by queue, and in a queue by id. `now` is in ms since 1970. */
export async function listSchedules(
  store: Store,
  catalog: Catalog,
  logger: Logger,
  now = Date.now(),
): Promise<readonly ScheduleView[]> {
  const queues = queuesOf(catalog);
  const { project, others } = await lookUpProject(store, queues);
  const views = [...queuesToLookAt(project, queues)].map(async ([name, tasks]) => {
    const queue = openQueue(store, name, logger);
    try {
      return await listQueue(queue, store.documents, planSchedules(tasks), others, now);
    } finally {
      await queue.close();
    }
  });
  return (await Promise.all(views)).flat();
}

async function listQueue(
  queue: StoreQueue,
  documents: Documents,
  planned: readonly PlannedSchedule[],
  others: ReadonlySet<string>,
  now: number,
): Promise<readonly ScheduleView[]> {
  const stored = await readSchedules(queue);
  const plannedById = new Map(planned.map((schedule) => [schedule.id, schedule]));
  const storedIds = new Set(stored.map(({ id }) => id));
  const described = [
    ...stored.map((schedule) => describeStored(queue.name, schedule, plannedById.get(schedule.id), others, now)),
    ...planned.filter(({ id }) => !storedIds.has(id)).map((schedule) => describeMissing(queue.name, schedule)),
  ].sort((a, b) => (a.id < b.id ? -1 : 1));
  return Promise.all(described.map(async (view) => ({ ...view, ...(await readRuns(queue, documents, view.id)) })));
}

async function readRuns(
  queue: StoreQueue,
  documents: Documents,
  id: string,
): Promise<Pick<ScheduleView, "lastRun" | "skipped">> {
  const { lastRun, skipped } = await readRecord(documents, queue.name, id);
  return { lastRun: lastRun && { ...lastRun, state: await queue.getJobState(lastRun.jobId) }, skipped };
}

type DescribedSchedule = Omit<ScheduleView, "lastRun" | "skipped">;

function describeStored(
  queue: string,
  stored: StoredSchedule,
  planned: PlannedSchedule | undefined,
  others: ReadonlySet<string>,
  now: number,
): DescribedSchedule {
  const { id, name, pattern, every, tz, next, data, opts, hasNextRun } = stored;
  const differences = planned === undefined ? [] : compareSchedules(planned, stored);
  return {
    ...nameOf(id, name),
    ...policyOf(opts),
    id,
    queue,
    state: stateOf(stored, planned, differences, others),
    cron: pattern,
    everyMs: every,
    timezone: tz ?? "UTC",
    payload: data,
    nextRunAt: hasNextRun ? next : undefined,
    lagMs: Math.max(0, now - next),
    differences,
  };
}

function stateOf(
  { id, hasNextRun }: StoredSchedule,
  planned: PlannedSchedule | undefined,
  differences: readonly ScheduleDifference[],
  others: ReadonlySet<string>,
): ScheduleState {
  if (planned === undefined) return isOurs(id, others) ? "orphaned" : "foreign";
  if (differences.length > 0) return "drifted";
  return hasNextRun ? "asDeclared" : "stuck";
}

function describeMissing(queue: string, { id, name, pattern, tz, data, opts }: PlannedSchedule): DescribedSchedule {
  return {
    ...nameOf(id, name),
    ...policyOf(opts),
    id,
    queue,
    state: "missing",
    cron: pattern,
    everyMs: undefined,
    timezone: tz,
    payload: data,
    nextRunAt: undefined,
    lagMs: 0,
    differences: [],
  };
}

function policyOf(opts: Partial<JobOptions>): Pick<ScheduleView, "missed" | "overlap"> {
  const { missed = "once", overlap = "allow" } = opts.taskwright?.schedule ?? {};
  return { missed, overlap };
}

function nameOf(id: string, jobName: string): { readonly task: string; readonly name: string } {
  const { task, name } = readScheduleId(id) ?? { task: jobName, name: id };
  return { task, name };
}
