import type { Issue } from "../errors.js";
import type { Cleared } from "../store/effect-records.js";
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

/** The same for a task that declares an `idempotency`. */
export interface IdempotentTaskClient<Payload = undefined, Result = void> extends TaskClient<Payload, Result> {
  /** What is remembered of the task's effects. */
  readonly idempotency: IdempotencyRecords<Payload>;
}

/** The records that keep the effects of one task from happening twice, by the payload or the fields of its key. */
export interface IdempotencyRecords<Payload> {
  /** What is remembered of an effect; undefined when it was never begun, or is forgotten. */
  read(payload: Partial<Payload>): Promise<IdempotencyRecord | undefined>;
  /**
   * Forgets that an effect may have happened, so that the next job with its key runs: once somebody has found out that
   * a parked job had none, or that one must be repeated. It is logged, and kept with the record, with `reason`.
   *
   * `running`: an attempt has the key, so nothing was changed. `unknown`: there is no record.
   */
  clear(payload: Partial<Payload>, why: { readonly reason: string }): Promise<Cleared>;
}

/** What is remembered of one effect. */
export interface IdempotencyRecord {
  /** As handlers see it. */
  readonly key: string;
  /**
   * `running`: an attempt has the key. `uncertain`: an attempt had it and never told its end. `done`: the effect
   * happened. `free`: the last attempt failed, or somebody cleared it.
   */
  readonly state: "running" | "uncertain" | "done" | "free";
  /** Whose attempt was the last. */
  readonly jobId: string;
  readonly fence: number;
  /** While it is running: when its lease ends unless it is renewed. */
  readonly leasedUntil: Date | undefined;
  /** When it came into this state. */
  readonly changedAt: Date;
  /** When it is forgotten. */
  readonly expiresAt: Date;
  /** What duplicates complete with; undefined unless it is done. */
  readonly result: unknown;
  /** Why somebody cleared it; undefined unless that was its last change. */
  readonly clearedBecause: string | undefined;
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
  /** Wire name of its task, `<workflow>:<task>`: another one's when a job of that has the `id` that was asked for. */
  readonly name: string;
  /** True: nothing was added, since the job `id` was there already, or is the live one of the task's `unique`. */
  readonly deduplicated: boolean;
}

/** What became of a cancellation. */
export type Cancelling = "cancelled" | "cancelling" | "ended" | "unknown";

/** The answer of `validate`. */
export type Validation = { readonly valid: true } | { readonly valid: false; readonly issues: readonly Issue[] };
