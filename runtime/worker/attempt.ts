import type { JobTasks } from "../client/job-tasks.js";
import { checkResult, readPayload } from "../contract/check.js";
import {
  CrashLoop,
  DeadlineExceeded,
  InvalidPayload,
  InvalidResult,
  JobCancelled,
  LeaseLost,
  TaskTimeout,
  WorkerStopping,
} from "../errors.js";
import type { JobSchedule } from "../mapping/job-options.js";
import { deadlineOf, ourOptions, ownTimeOf } from "../mapping/stored-job.js";
import type { JobSteps } from "../store/job-steps.js";
import type { StoreJob } from "../store/queue.js";
import { isIdempotent, type TaskDefinition } from "../task.js";
import type { Tracing } from "../tracing/tracing.js";
import type { RunBeginning, ScheduledRun, SkipReason } from "../upkeep/schedule-runs.js";
import { runAs } from "./current-job.js";
import { type EffectGuard, type GuardContext, guardEffect } from "./effect-guard.js";
import { revokes, skipsRetry } from "./failure.js";
import type { HandledTask } from "./handler.js";
import { exposeJob, type Job } from "./job.js";
import { type Middleware, wrap } from "./middleware.js";
import type { Outcome } from "./outcome.js";
import { type Postponement, postponeMs, postponementOf } from "./postponement.js";
import type { RunningAttempts } from "./running-attempts.js";
import { armLimits, type Ending, supervise } from "./supervise.js";

/** What every attempt of a worker shares. */
export interface AttemptContext extends GuardContext {
  readonly tasks: ReadonlyMap<string, HandledTask>;
  readonly middleware: readonly Middleware[];
  /** Workers that one job may end before it is dead. */
  readonly maxCrashes: number;
  readonly running: RunningAttempts;
  readonly steps: JobSteps;
  readonly jobTasks: JobTasks;
  readonly logPostponed: (job: StoreJob, queue: string, why: Postponement) => void;
  /** See `beginRun` in `upkeep/schedule-runs.ts`. */
  readonly beginRun: (queue: string, run: ScheduledRun, now: number) => Promise<RunBeginning>;
  /** Called when the tick of a schedule is left out. */
  readonly onSkip: (job: StoreJob, queue: string, reason: SkipReason) => void;
  /** Makes an attempt that has begun within its span; undefined: nobody wants spans. */
  readonly consume?: Tracing["consume"] | undefined;
  /** Called when the handler is about to run. */
  readonly onStart: (job: StoreJob, queue: string) => void;
}

/** Does one job once and says what has become of it. Never rejects. */
export async function runAttempt(job: StoreJob, queue: string, context: AttemptContext): Promise<Outcome> {
  const { running, consume } = context;
  if (running.isStopping) return { kind: "putBack" };
  const cancelled = mayHaveBeenCancelled(job) ? await cancelledBefore(job, queue, context) : undefined;
  if (cancelled !== undefined) return { kind: "cancelled", error: cancelled };
  const known = context.tasks.get(job.name);
  const why = postponementOf(job, known);
  if (known?.handler === undefined || why !== undefined) {
    context.logPostponed(job, queue, why ?? "no handler");
    return { kind: "postponed", waitMs: postponeMs(job.attemptsStarted) };
  }

  const { definition, handler } = known;
  const begin = () => beginAttempt(job, queue, definition, handler, context);
  const schedule = ourOptions(job)?.schedule;
  if (schedule !== undefined) {
    const held = await holdBack(job, queue, schedule, Date.now(), context);
    if (held !== undefined) return held;
  }
  return consume === undefined ? begin() : consume(job, queue, begin);
}

async function beginAttempt(
  job: StoreJob,
  queue: string,
  definition: TaskDefinition,
  handler: NonNullable<HandledTask["handler"]>,
  context: AttemptContext,
): Promise<Outcome> {
  const { running } = context;
  const now = Date.now();
  const deadlineAt = deadlineOf(job);
  // BullMQ counts crashes of scheduled jobs too, but never ends those by itself.
  if (job.stalledCounter > context.maxCrashes) {
    await forgetCrashes(job, queue, context);
    return dead(new CrashLoop(job.name, job.stalledCounter));
  }
  if (deadlineAt !== undefined && deadlineAt <= now) return dead(new DeadlineExceeded(job.name, deadlineAt));
  const payload = readPayload(definition, job.data);
  if (!payload.valid) return dead(new InvalidPayload(job.name, payload.issues));

  const cancellation = running.enter(job, queue);
  let guard: EffectGuard | undefined;
  if (cancellation.reason === undefined && isIdempotent(definition)) {
    const guarded = await guardEffect(job, queue, definition, payload.value, cancellation, context);
    if (guarded.kind === "ended") {
      running.leave(job, queue);
      return guarded.outcome;
    }
    if (guarded.kind === "begun") guard = guarded.guard;
  }
  // It may have been cancelled in the very moment in which it took its key: that is then given back.
  const ending: Ending =
    cancellation.reason === undefined
      ? await runHandler(payload.value, exposeJob(job, queue, cancellation, context.jobTasks, guard))
      : { kind: "threw", error: cancellation.reason };
  running.leave(job, queue);
  if (ending.kind === "abandoned") running.abandon(ending.settled, job, queue);
  const outcome = judge(ending, cancellation.reason, definition);
  return guard === undefined ? outcome : guard.settle(ending, outcome);

  async function runHandler(value: unknown, exposed: Job): Promise<Ending> {
    const timeoutMs = ourOptions(job)?.timeoutMs ?? definition.timeoutMs;
    const disarm = armLimits(cancellation, { task: job.name, timeoutMs, deadlineAt }, Date.now());
    try {
      context.onStart(job, queue);
      const call = wrap(context.middleware, exposed, () => handler(value, exposed));
      return await supervise(() => runAs(exposed, call), cancellation);
    } catch (error) {
      return { kind: "threw", error };
    } finally {
      disarm();
    }
  }
}

function judge(ending: Ending, reason: Error | undefined, task: TaskDefinition): Outcome {
  const cause = ending.kind === "threw" && ending.error !== reason ? { cause: ending.error } : {};
  if (reason instanceof TaskTimeout) return failed(new TaskTimeout(task.name, reason.timeoutMs, cause));
  if (reason instanceof DeadlineExceeded) return dead(new DeadlineExceeded(task.name, reason.deadlineAt, cause));
  if (reason instanceof JobCancelled) return { kind: "cancelled", error: new JobCancelled(reason.message, cause) };
  if (reason instanceof WorkerStopping && ending.kind !== "returned") return { kind: "putBack" };
  if (reason instanceof LeaseLost && ending.kind !== "returned") return { kind: "postponed", waitMs: 1_000 };
  if (ending.kind === "abandoned") return failed(reason);
  if (ending.kind === "threw") return judgeError(ending.error);
  const result = checkResult(task, ending.value);
  if (!result.valid) return failed(new InvalidResult(task.name, result.issues));
  return { kind: "succeeded", result: result.value };
}

function judgeError(error: unknown): Outcome {
  if (revokes(error)) return { kind: "revoked", error };
  return skipsRetry(error) ? dead(error) : failed(error);
}

/** What becomes of a schedule's run that may not begin; undefined: it may. */
async function holdBack(
  job: StoreJob,
  queue: string,
  schedule: JobSchedule,
  now: number,
  { beginRun, onSkip, logPostponed, logger }: AttemptContext,
): Promise<Outcome | undefined> {
  const run: ScheduledRun = {
    ...schedule,
    missed: schedule.missed ?? "once",
    overlap: schedule.overlap ?? "allow",
    jobId: job.id ?? "",
    dueAt: ownTimeOf(job),
    isFirstStart: job.attemptsStarted <= 1,
    attemptsMade: job.attemptsMade,
  };
  try {
    const beginning = await beginRun(queue, run, now);
    if (beginning.kind === "runs") return undefined;
    if (beginning.kind === "skipped") {
      onSkip(job, queue, beginning.reason);
      return { kind: "skipped" };
    }
    logPostponed(job, queue, "another run");
    return { kind: "postponed", waitMs: postponeMs(job.attemptsStarted) };
  } catch (err) {
    logger.warn({ err, task: job.name, jobId: job.id }, "whether a schedule's run may begin could not be looked up");
    return run.overlap === "skip" ? { kind: "putBack" } : undefined;
  }
}

/**
 * By a cancellation that nobody could tell a running attempt of: it came while its worker was dying, or out of touch, or
 * before a schedule's run was due. A first start has none of them and needs no look.
 */
function mayHaveBeenCancelled(job: StoreJob): boolean {
  return job.attemptsStarted > 1 || job.repeatJobKey !== undefined;
}

async function cancelledBefore(job: StoreJob, queue: string, { steps, logger }: AttemptContext) {
  try {
    const reason = await steps.cancelReason(queue, job.id ?? "");
    return reason === undefined ? undefined : new JobCancelled(reason);
  } catch (err) {
    logger.warn({ err, task: job.name, jobId: job.id }, "whether the job was cancelled could not be looked up");
    return undefined;
  }
}

/** Now, so that whoever retries the dead job, with whatever tool, gives it all its chances again. */
async function forgetCrashes(job: StoreJob, queue: string, { steps, logger }: AttemptContext): Promise<void> {
  await steps.forgetCrashes(queue, job.id ?? "").catch((err: unknown) => {
    logger.warn({ err, task: job.name, jobId: job.id }, "the crashes of a dead job could not be forgotten");
  });
}

function failed(error: unknown): Outcome {
  return { kind: "failed", error };
}

function dead(error: unknown): Outcome {
  return { kind: "dead", error };
}
