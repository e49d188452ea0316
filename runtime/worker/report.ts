import { JobCancelled } from "../errors.js";
import type { Logger } from "../logger.js";
import type { StoreJob } from "../store/queue.js";
import type { SkipReason } from "../upkeep/schedule-runs.js";
import { revokes } from "./failure.js";
import { type AttemptEvent, attemptEvent, callHook, type Hooks, type SkippedTick } from "./hooks.js";

/** Tells logs and hooks how attempts start and end. */
export interface Reporter {
  started(job: StoreJob, queue: string): void;
  /** Of a tick that is left out; told once that is recorded. */
  skipped(job: StoreJob, queue: string, reason: SkipReason): void;
  succeeded(job: StoreJob, queue: string): void;
  failed(job: StoreJob, queue: string, error: Error): void;
}

/** A reporter to `hooks` and `logger`. */
export function openReporter(hooks: Hooks, logger: Logger): Reporter {
  function end(job: Started, queue: string) {
    const now = Date.now();
    // A job that died before its handler was called, such as one with an invalid payload, has no start.
    const { jobId, task, attempt, dueAt, startedAt } = job[startOf] ?? {
      ...attemptEvent(job, queue, now),
      attempt: Math.max(1, job.attemptsMade),
    };
    // Each by its name: spreading the event showed as 2 % of what a job cost.
    return { task, queue, jobId, attempt, dueAt, startedAt, durationMs: now - startedAt };
  }

  return {
    started(job: Started, queue) {
      const event = attemptEvent(job, queue, Date.now());
      job[startOf] = event;
      logger.debug(event, "attempt started");
      if (hooks.onStart !== undefined) callHook(() => hooks.onStart?.(event), event, logger);
    },
    skipped(job: Started, queue, reason) {
      job[skipOf] = { ...attemptEvent(job, queue, Date.now()), reason };
    },
    succeeded(job: Started, queue) {
      const skip = job[skipOf];
      if (skip !== undefined) {
        logger.info(skip, "a tick of a schedule was left out");
        return callHook(() => hooks.onSkipped?.(skip), skip, logger);
      }
      const event = end(job, queue);
      logger.debug(event, "job succeeded");
      if (hooks.onSuccess !== undefined) callHook(() => hooks.onSuccess?.(event), event, logger);
    },
    failed(job, queue, error) {
      const isDead = job.finishedOn !== undefined && job.finishedOn !== null;
      const event = { ...end(job, queue), error, ...(!isDead && { retryInMs: job.delay }) };
      // A logger would follow the cause, which is the thrown thing itself: its getters may throw.
      const err = { type: error.name, message: error.message, stack: error.stack };
      const { error: _, ...fields } = event;
      switch (isDead ? kindOf(error) : "retried") {
        case "cancelled":
          logger.info({ ...fields, err }, "job was cancelled");
          return callHook(() => hooks.onCancelled?.(event), event, logger);
        case "revoked":
          logger.info({ ...fields, err }, "job was revoked");
          return callHook(() => hooks.onRevoked?.(event), event, logger);
        case "dead":
          logger.error({ ...fields, err }, "job is dead");
          callHook(() => hooks.onFailure?.(event), event, logger);
          return callHook(() => hooks.onDead?.(event), event, logger);
        case "retried":
          logger.warn({ ...fields, err }, "attempt failed, to be retried");
          return callHook(() => hooks.onFailure?.(event), event, logger);
      }
    },
  };
}

/** On the job itself, an object for each attempt: a WeakMap of them costs the garbage collector too much. */
const startOf = Symbol("start");
const skipOf = Symbol("skip");

interface Started extends StoreJob {
  [startOf]?: AttemptEvent;
  [skipOf]?: SkippedTick;
}

/** What is reported is a copy that says the same; its cause is what was thrown. */
function kindOf({ cause }: Error): "cancelled" | "revoked" | "dead" {
  if (cause instanceof JobCancelled) return "cancelled";
  return revokes(cause) ? "revoked" : "dead";
}
