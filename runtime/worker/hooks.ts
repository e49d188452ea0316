import type { Logger } from "../logger.js";
import { firstDueAt } from "../mapping/stored-job.js";
import type { StoreJob } from "../store/queue.js";

/** One attempt, as its hooks are told. Times are in ms since 1970. */
export interface AttemptEvent {
  /** Wire name. */
  readonly task: string;
  readonly queue: string;
  readonly jobId: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** When the job was first due: its enqueue and delay, or its schedule's tick. */
  readonly dueAt: number;
  readonly startedAt: number;
}

/** The same at its end. */
export interface AttemptEnd extends AttemptEvent {
  readonly durationMs: number;
}

/** The same when it failed. */
export interface AttemptFailure extends AttemptEnd {
  readonly error: Error;
  /** When the job is tried again, in ms from now; absent: it is not. */
  readonly retryInMs?: number;
}

/** A tick of a schedule that did not run, as its hook is told. */
export interface SkippedTick extends AttemptEvent {
  /** `missed`: nobody began it in time; `overlap`: the run before it has not ended. */
  readonly reason: "missed" | "overlap";
}

/**
 * Called as attempts start and end, after the end was recorded. Not awaited; what they throw is logged and harms
 * nothing.
 */
export interface Hooks {
  onStart?(event: AttemptEvent): unknown;
  onSuccess?(event: AttemptEnd): unknown;
  /** After every failed attempt, the last included. */
  onFailure?(event: AttemptFailure): unknown;
  /** After the attempt with which the job died, beside `onFailure`. */
  onDead?(event: AttemptFailure): unknown;
  /** After an attempt that threw Revoke, instead of `onFailure`. */
  onRevoked?(event: AttemptFailure): unknown;
  /** After an attempt that a cancellation ended, instead of `onFailure`. A job that was cancelled while it waited has none. */
  onCancelled?(event: AttemptFailure): unknown;
  /** Instead of an attempt, when a tick is left out as its schedule's `missed: skip` or `overlap: skip` says. */
  onSkipped?(event: SkippedTick): unknown;
}

/** Hooks that call those of `first`, which must not throw, and then those of `second`. */
export function bothHooks(first: Required<Hooks>, second: Hooks): Required<Hooks> {
  return {
    onStart(event) {
      first.onStart(event);
      return second.onStart?.(event);
    },
    onSuccess(event) {
      first.onSuccess(event);
      return second.onSuccess?.(event);
    },
    onFailure(event) {
      first.onFailure(event);
      return second.onFailure?.(event);
    },
    onDead(event) {
      first.onDead(event);
      return second.onDead?.(event);
    },
    onRevoked(event) {
      first.onRevoked(event);
      return second.onRevoked?.(event);
    },
    onCancelled(event) {
      first.onCancelled(event);
      return second.onCancelled?.(event);
    },
    onSkipped(event) {
      first.onSkipped(event);
      return second.onSkipped?.(event);
    },
  };
}

/** The first part of an event, known when the attempt starts. */
export function attemptEvent(job: StoreJob, queue: string, startedAt: number): AttemptEvent {
  const dueAt = firstDueAt(job);
  return { task: job.name, queue, jobId: job.id ?? "", attempt: job.attemptsMade + 1, dueAt, startedAt };
}

/** Makes `call`, which calls a hook for `event`. What it throws or rejects with is logged. */
export function callHook(call: () => unknown, event: AttemptEvent, logger: Logger): void {
  const { task, queue, jobId } = event;
  void (async () => call())().catch((err: unknown) => logger.error({ err, task, queue, jobId }, "a hook failed"));
}
