import type { JobsOptions } from "bullmq";
import type { EnqueueSettings } from "../client/enqueue-options.js";
import type { Schedule, TaskDefinition } from "../task.js";
import { planBackoff } from "./backoff.js";
import { planPriority } from "./priority.js";
import { planRetention } from "./retention.js";

/** What we keep with a job beside BullMQ's own options, under the key `taskwright`; BullMQ stores it untouched. */
export interface TaskwrightJobOptions {
  /** Of the contract that the payload was checked against. */
  readonly version: number;
  /** For one attempt. */
  readonly timeoutMs: number;
  /** Time of the last attempt's end, in ms since 1970; absent: none. */
  readonly deadlineAt?: number;
  /** The same, counted from the time a scheduled job is due: a template has no time of its own. */
  readonly deadlineMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the call that enqueued it; only beside a custom id, to tell a new job from one that was there. */
  readonly enqueuedBy?: string;
  /** Of a scheduled job: which schedule it is a run of, and how its ticks are treated. */
  readonly schedule?: JobSchedule;
}

/** What a scheduled job knows of its schedule. */
export interface JobSchedule {
  /** Of the job scheduler. */
  readonly id: string;
  readonly cron: string;
  readonly timezone: string;
  /** See Schedule. */
  readonly missed?: "skip";
  readonly overlap?: "skip";
}

/** BullMQ's job options with ours among them. */
export type JobOptions = JobsOptions & { taskwright: TaskwrightJobOptions };

/**
 * BullMQ's options for a job of `task` with the settings of one `enqueue`. Pure.
 *
 * `attempts` and `priority` are always passed: BullMQ's defaults for them are not ours.
 */
export function planJobOptions(
  task: TaskDefinition,
  tasksOfQueue: readonly TaskDefinition[],
  settings: EnqueueSettings,
): JobOptions {
  const { delayMs, deadlineAt, headers, id, enqueuedBy, uniqueId, traceContext } = settings;
  return {
    ...commonOptions(task, tasksOfQueue, settings),
    ...(delayMs > 0 && { delay: delayMs }),
    ...(id !== undefined && { jobId: id }),
    ...(uniqueId !== undefined && { deduplication: { id: uniqueId } }),
    // Where BullMQ keeps it too, so that its own queues and workers can be on either side.
    ...(traceContext !== undefined && { telemetry: { metadata: traceContext } }),
    taskwright: {
      version: task.version,
      timeoutMs: settings.timeoutMs,
      ...(deadlineAt !== undefined && { deadlineAt }),
      ...(headers !== undefined && { headers }),
      ...(enqueuedBy !== undefined && { enqueuedBy }),
    },
  };
}

/** BullMQ's options for every job that the schedule `id` of `task` makes. Pure. */
export function planScheduledJobOptions(
  task: TaskDefinition,
  tasksOfQueue: readonly TaskDefinition[],
  id: string,
  { cron, timezone, missed, overlap }: Schedule,
): JobOptions {
  const { retries, timeoutMs, deadlineMs } = task;
  const schedule = { id, cron, timezone, ...(missed && { missed }), ...(overlap && { overlap }) };
  return {
    ...commonOptions(task, tasksOfQueue, { retries, priority: task.priority ?? "normal" }),
    taskwright: { version: task.version, timeoutMs, ...(deadlineMs !== undefined && { deadlineMs }), schedule },
  };
}

function commonOptions(
  task: TaskDefinition,
  tasksOfQueue: readonly TaskDefinition[],
  { retries, priority }: Pick<EnqueueSettings, "retries" | "priority">,
): JobsOptions {
  return {
    attempts: retries + 1,
    backoff: planBackoff(task.backoff, retries),
    priority: planPriority(priority),
    ...planRetention(task, tasksOfQueue),
    keepLogs: 1_000,
    stackTraceLimit: 10,
  };
}
