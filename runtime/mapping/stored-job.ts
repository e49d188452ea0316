import type { JobOptions, TaskwrightJobOptions } from "./job-options.js";

/** What of a stored BullMQ job tells of our options and its times. Times are in ms since 1970. */
export interface StoredTimes {
  readonly opts: object;
  /** When it was enqueued. */
  readonly timestamp: number;
}

/** What we stored with a job; undefined when another producer than ours enqueued it. */
export function ourOptions({ opts }: Pick<StoredTimes, "opts">): TaskwrightJobOptions | undefined {
  const { taskwright }: Partial<JobOptions> = opts;
  return typeof taskwright === "object" ? taskwright : undefined;
}

/** A job's own time: of a scheduled one the tick it was made for, which BullMQ keeps as `prevMillis`. */
export function ownTimeOf({ opts, timestamp }: StoredTimes): number {
  const { prevMillis }: Partial<JobOptions> = opts;
  return prevMillis ?? timestamp;
}

/** When its first attempt was due: at its own time, or after its delay. */
export function firstDueAt({ opts, timestamp }: StoredTimes): number {
  const { prevMillis, delay = 0 }: Partial<JobOptions> = opts;
  return prevMillis ?? timestamp + delay;
}

/** When its last attempt must have ended; undefined: never. */
export function deadlineOf(job: StoredTimes): number | undefined {
  const ours = ourOptions(job);
  return ours?.deadlineMs === undefined ? ours?.deadlineAt : ownTimeOf(job) + ours.deadlineMs;
}
