import type { Issue } from "../errors.js";
import type { TaskDefinition } from "../task.js";
import type { EnqueueOptions } from "./enqueue-options.js";
import type { JobView } from "./job-view.js";

/** Enqueues the jobs of one task. */
export interface TaskClient<Payload = undefined, Result = void> {
  /** What the workflow file declares. */
  readonly definition: TaskDefinition<Payload, Result>;

  /**
   * Enqueues one job.
   *
   * Rejects with InvalidPayload or InvalidEnqueueOption before anything is sent, and with RedisUnavailable within a
   * second when Redis is away.
   */
  enqueue(...job: EnqueueArguments<Payload>): Promise<EnqueuedJob>;

  /**
   * Enqueues many jobs in one round trip; the answers are in the order of `jobs`.
   *
   * All are checked before any is sent: InvalidPayload then holds the issues of all of them, with pointers such as
   * `/2/payload/amount`. Sending is not one transaction: after RedisUnavailable some may have been taken.
   */
  enqueueMany(jobs: readonly BulkJob<Payload>[]): Promise<EnqueuedJob[]>;

  /** The job as it is stored now; undefined when there is none, when it is kept no longer, or when it is another task's. */
  get(id: string): Promise<JobView<Payload, Result> | undefined>;

  /** The lines that the handler wrote with `job.log`, the oldest first; the last 1,000 are kept. */
  logs(id: string): Promise<string[]>;

  /**
   * The result of a job, as soon as it is completed.
   *
   * Rejects with JobFailed when it is dead, JobCancelled, WaitTimeout after `timeout` (milliseconds, or a duration such
   * as `30s`), and JobUnknown when there is no such job: one whose task keeps no ended jobs must be waited for before
   * it ends. A job that was revoked counts as dead. All waits of a queue share one more connection, which is open while
   * there are any.
   */
  waitFor(job: string | { readonly id: string }, options: { readonly timeout: number | string }): Promise<Result>;

  /**
   * Cancels a job for good: it is not retried, and is kept among the dead with `reason`.
   *
   * `cancelled`: it was waiting, and never runs. `cancelling`: it is running, in whatever process; its handler's
   * `signal` aborts with JobCancelled, and whatever the handler then does, the job ends as cancelled. Also a scheduled
   * run that is still to come, which ends so when it is due. `ended`: too late. `unknown`: there is no such job.
   */
  cancel(id: string, reason?: string): Promise<Cancelling>;

  /** Whether `payload` fits the contract, by the check of `enqueue`. Never throws. */
  validate(payload: unknown): Validation;
}

/** `payload` first, unless the task takes none. */
export type EnqueueArguments<Payload> = [Payload] extends [undefined]
  ? [payload?: undefined, options?: EnqueueOptions]
  : [payload: Payload, options?: EnqueueOptions];

/** One job of `enqueueMany`: its payload beside its own options. */
export type BulkJob<Payload> = EnqueueOptions &
  ([Payload] extends [undefined] ? { readonly payload?: undefined } : { readonly payload: Payload });

/** A job that is in its queue. */
export interface EnqueuedJob {
  readonly id: string;
  readonly queue: string;
  /** The task's wire name, `<workflow>:<task>`. */
  readonly name: string;
  /** True: nothing was added, since the job `id` was there already, or is the live one of the task's `unique`. */
  readonly deduplicated: boolean;
}

/** What became of a cancellation. */
export type Cancelling = "cancelled" | "cancelling" | "ended" | "unknown";

/** The answer of `validate`. */
export type Validation = { readonly valid: true } | { readonly valid: false; readonly issues: readonly Issue[] };
