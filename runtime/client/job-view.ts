import type { JobProgress } from "bullmq";
import { ourOptions } from "../mapping/stored-job.js";
import type { JobSteps } from "../store/job-steps.js";
import type { StoreJob, StoreQueue } from "../store/queue.js";
import type { TaskDefinition } from "../task.js";

/**
 * Where a job is. A retry that waits for its time is `delayed`; a job in the dead letter is `dead`, or `cancelled` when
 * that is why it is there.
 */
export type JobState = "waiting" | "delayed" | "active" | "completed" | "dead" | "cancelled";

/** A job as it is stored. */
export interface JobView<Payload = undefined, Result = void> {
  readonly id: string;
  readonly queue: string;
  /** The task's wire name, `<workflow>:<task>`. */
  readonly name: string;
  readonly state: JobState;
  readonly payload: Payload;
  /** Undefined until it is completed. */
  readonly result: Result | undefined;
  /** That have ended; a crash or a stop ends none. */
  readonly attempts: number;
  /** Of the last attempt that failed, or why it was cancelled. */
  readonly failedReason: string | undefined;
  /** Of the attempts that failed, the last 10, each with the stacks of its causes. */
  readonly stacks: readonly string[];
  /** What the handler told last; 0 while it told nothing. */
  readonly progress: JobProgress;
  readonly headers: Readonly<Record<string, string>>;
  readonly enqueuedAt: Date;
  /** Of the latest attempt. */
  readonly startedAt: Date | undefined;
  readonly endedAt: Date | undefined;
}

/** The job `id` of `task` as it is stored now; undefined when there is none, or when it is another task's. */
export async function readJob(
  task: TaskDefinition,
  queue: StoreQueue,
  steps: JobSteps,
  id: string,
): Promise<JobView<unknown, unknown> | undefined> {
  const found = await queue.getJob(id);
  if (found === undefined || found.name !== task.name) return undefined;
  const state = await found.getState();
  const hasEnded = state === "completed" || state === "failed";
  // It may have ended between the two questions: then what was read first lacks its ending.
  const job = hasEnded && !found.finishedOn ? await queue.getJob(id) : found;
  if (job === undefined || state === "unknown") return undefined;
  const isCancelled = state === "failed" && (await steps.cancelReason(task.queue, id)) !== undefined;
  return view(task, job, stateFrom(state, isCancelled));
}

/** Our word for a state of BullMQ's. `isCancelled`: a reason to cancel it is stored, which counts once it is dead. */
export function stateFrom(stored: keyof typeof stateOf, isCancelled: boolean): JobState {
  return stored === "failed" && isCancelled ? "cancelled" : stateOf[stored];
}

/** BullMQ keeps prioritized jobs apart, and every job of ours has a priority. */
const stateOf = {
  waiting: "waiting",
  prioritized: "waiting",
  "waiting-children": "waiting",
  delayed: "delayed",
  active: "active",
  completed: "completed",
  failed: "dead",
} as const;

function view(task: TaskDefinition, job: StoreJob, state: JobState): JobView<unknown, unknown> {
  return {
    id: job.id ?? "",
    queue: task.queue,
    name: task.name,
    state,
    payload: task.payload === undefined ? undefined : job.data,
    result: state === "completed" && task.result !== undefined ? job.returnvalue : undefined,
    attempts: job.attemptsMade,
    failedReason: job.failedReason || undefined,
    stacks: job.stacktrace ?? [],
    progress: job.progress,
    headers: ourOptions(job)?.headers ?? {},
    enqueuedAt: new Date(job.timestamp),
    startedAt: dateOf(job.processedOn),
    endedAt: dateOf(job.finishedOn),
  };
}

function dateOf(ms: number | undefined | null): Date | undefined {
  return ms ? new Date(ms) : undefined;
}
