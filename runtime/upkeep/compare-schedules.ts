import { isDeepStrictEqual } from "node:util";
import type { JobOptions } from "../mapping/job-options.js";
import type { StoreJob, StoreQueue } from "../store/queue.js";
import type { PlannedSchedule } from "./planned-schedules.js";

/** A job scheduler as BullMQ keeps it. */
export interface StoredSchedule {
  readonly id: string;
  readonly name: string;
  readonly pattern?: string;
  readonly every?: number;
  readonly tz?: string;
  /** In ms since 1970; in the past: a run is due and was not started. */
  readonly next: number;
  readonly data: unknown;
  readonly opts: Partial<JobOptions>;
  /** False: nothing will ever start it again, since BullMQ makes each run when the one before it starts. */
  readonly hasNextRun: boolean;
}

/** The job schedulers of `queue`, those of other makers too, in the order of their next runs. */
export async function readSchedules(queue: StoreQueue): Promise<readonly StoredSchedule[]> {
  const found = await queue.getJobSchedulers(0, -1, true);
  return Promise.all(
    found.map(async ({ key, name, pattern, every, tz, next = 0, template }) => {
      const run = await nextRun(queue, key, next);
      return {
        id: key,
        name,
        ...(pattern !== undefined && { pattern }),
        ...(every !== undefined && { every }),
        ...(tz !== undefined && { tz }),
        next,
        data: template?.data ?? {},
        opts: (template?.opts ?? {}) as Partial<JobOptions>,
        hasNextRun: run !== undefined && (run.finishedOn ?? null) === null,
      };
    }),
  );
}

/** The job that scheduler `id` has made for its next run. */
export function nextRun(queue: StoreQueue, id: string, next: number): Promise<StoreJob | undefined> {
  return queue.getJob(`repeat:${id}:${next}`);
}

/** A part of a schedule in which what is stored is not what is declared. */
export interface ScheduleDifference {
  /** `cron`, `timezone`, `task`, `payload`, or a name among BullMQ's job options. */
  readonly of: string;
  readonly stored: unknown;
  readonly declared: unknown;
}

/** In which parts `stored` is not `planned`; none: they say the same. Pure. */
export function compareSchedules(planned: PlannedSchedule, stored: StoredSchedule): readonly ScheduleDifference[] {
  const declared = partsOf(planned);
  const found = partsOf(stored);
  return [...new Set([...Object.keys(declared), ...Object.keys(found)])]
    .filter((part) => !isDeepStrictEqual(declared[part], found[part]))
    .map((part) => ({ of: part, stored: found[part], declared: declared[part] }));
}

type Parts = Readonly<Record<string, unknown>>;

/** As JSON has them, without what is undefined. */
function partsOf(schedule: PlannedSchedule | StoredSchedule): Parts {
  const { pattern, tz, name, data, opts } = schedule;
  // A schedule that was written after a run ahead of time keeps that tick there.
  const { taskwright, prevMillis: _, ...options }: Partial<JobOptions> = opts;
  const { schedule: { missed, overlap } = {}, ...ours } = taskwright ?? {};
  const every = "every" in schedule ? { every: schedule.every } : {};
  const parts = {
    cron: pattern,
    ...every,
    timezone: tz,
    missed,
    overlap,
    task: name,
    payload: data,
    ...options,
    ...ours,
  };
  return JSON.parse(JSON.stringify(parts)) as Parts;
}
