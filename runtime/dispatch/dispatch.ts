import type { StoreJob } from "../store/queue.js";

/** What takes jobs from the queues and runs them; this interface is all that the worker knows of it. */
export interface Dispatch {
  /** Resolves when jobs are being fetched. */
  start(): Promise<void>;
  /** Fetches no further job until `resume`; those running go on. Also before `start`. */
  suspend(): void;
  resume(): void;
  /** Fetches no further job; resolves when the outcomes of those running have been recorded. */
  drain(): Promise<void>;
  /** Ends a drain that cannot end while the store is away, and what would keep the process. Never rejects. */
  giveUp(): Promise<void>;
}

/** A queue and its declared weight. */
export interface Lane {
  readonly queue: string;
  readonly weight: number;
}

/**
 * How a free slot chooses among the queues that have jobs: by weight, or always the first of them. In both the order
 * is by weight, the highest first, then by name.
 */
export type DispatchOrder = "weighted" | "strict";

/** What a dispatch calls. None of it may throw, except `perform` as BullMQ's processors do. */
export interface DispatchEvents {
  perform(job: StoreJob, queue: string, token: string): Promise<unknown>;
  /** A job's lock could not be renewed in time: another worker may be doing it. */
  lockLost(jobId: string, queue: string): void;
  /** Locks of running jobs were renewed, or lost, or could not be renewed now. */
  locksRenewed?(queue: string, outcome: "renewed" | "lost" | "failed", count: number): void;
  /** A job of `queue` was taken back from a worker that died or lost touch. */
  recovered?(queue: string): void;
  /** After a success was recorded. */
  succeeded(job: StoreJob, queue: string): void;
  /** After a failure was recorded; `job.finishedOn` is set when it was the last. */
  failed(job: StoreJob, queue: string, error: Error): void;
}
