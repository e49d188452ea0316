import type { Issue } from "../errors.js";
import type { TaskDefinition } from "../task.js";
import type { EnqueueOptions } from "./enqueue-options.js";

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

/** The answer of `validate`. */
export type Validation = { readonly valid: true } | { readonly valid: false; readonly issues: readonly Issue[] };
