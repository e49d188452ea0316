import { checkResult, readPayload } from "../contract/check.js";
import { CrashLoop, DeadlineExceeded, InvalidPayload, InvalidResult, TaskTimeout, WorkerStopping } from "../errors.js";
import type { Logger } from "../logger.js";
import type { StoreJob } from "../store/queue.js";
import type { TaskDefinition } from "../task.js";
import { skipsRetry } from "./failure.js";
import type { HandledTask } from "./handler.js";
import { exposeJob, ourOptions } from "./job.js";
import { type Middleware, wrap } from "./middleware.js";
import type { Outcome } from "./outcome.js";
import { type Postponement, postponeMs, postponementOf } from "./postponement.js";
import type { RunningAttempts } from "./running-attempts.js";
import { armLimits, type Ending, supervise } from "./supervise.js";

/** What every attempt of a worker shares. */
export interface AttemptContext {
  readonly tasks: ReadonlyMap<string, HandledTask>;
  readonly middleware: readonly Middleware[];
  /** Workers that one job may end before it is dead. */
  readonly maxCrashes: number;
  readonly running: RunningAttempts;
  readonly logger: Logger;
  readonly logPostponed: (job: StoreJob, queue: string, why: Postponement) => void;
  /** Called when the handler is about to run. */
  readonly onStart: (job: StoreJob, queue: string) => void;
}

/** Does one job once and says what has become of it. Never rejects. */
export async function runAttempt(job: StoreJob, queue: string, context: AttemptContext): Promise<Outcome> {
  const { running } = context;
  if (running.isStopping) return { kind: "putBack" };
  const known = context.tasks.get(job.name);
  const why = postponementOf(job, known);
  if (known?.handler === undefined || why !== undefined) {
    context.logPostponed(job, queue, why ?? "no handler");
    return { kind: "postponed", waitMs: postponeMs(job.attemptsStarted) };
  }

  const { definition, handler } = known;
  const now = Date.now();
  const deadlineAt = deadlineOf(job);
  // BullMQ counts crashes of scheduled jobs too, but never ends those by itself.
  if (job.stalledCounter > context.maxCrashes) return dead(new CrashLoop(job.name, job.stalledCounter));
  if (deadlineAt !== undefined && deadlineAt <= now) return dead(new DeadlineExceeded(job.name, deadlineAt));
  const payload = readPayload(definition, job.data);
  if (!payload.valid) return dead(new InvalidPayload(job.name, payload.issues));

  context.onStart(job, queue);
  const timeoutMs = ourOptions(job)?.timeoutMs ?? definition.timeoutMs;
  const cancellation = running.enter(job, queue);
  const disarm = armLimits(cancellation, { task: job.name, timeoutMs, deadlineAt }, now);
  const exposed = exposeJob(job, queue, cancellation);
  const call = wrap(context.middleware, exposed, () => handler(payload.value, exposed));
  const ending = await supervise(call, cancellation);
  disarm();
  running.leave(job, queue);
  if (ending.kind === "abandoned") running.abandon(ending.settled, job, queue);
  return judge(ending, cancellation.reason, definition);
}

function judge(ending: Ending, reason: Error | undefined, task: TaskDefinition): Outcome {
  const cause = ending.kind === "threw" && ending.error !== reason ? { cause: ending.error } : {};
  if (reason instanceof TaskTimeout) return failed(new TaskTimeout(task.name, reason.timeoutMs, cause));
  if (reason instanceof DeadlineExceeded) return dead(new DeadlineExceeded(task.name, reason.deadlineAt, cause));
  if (reason instanceof WorkerStopping && ending.kind !== "returned") return { kind: "putBack" };
  if (ending.kind === "abandoned") return failed(reason);
  if (ending.kind === "threw") return skipsRetry(ending.error) ? dead(ending.error) : failed(ending.error);
  const result = checkResult(task, ending.value);
  if (!result.valid) return failed(new InvalidResult(task.name, result.issues));
  return { kind: "succeeded", result: result.value };
}

/** A scheduled job's own time is the tick it was made for, which BullMQ keeps as `prevMillis`. */
function deadlineOf(job: StoreJob): number | undefined {
  const ours = ourOptions(job);
  if (ours?.deadlineMs === undefined) return ours?.deadlineAt;
  return (job.opts.prevMillis ?? job.timestamp) + ours.deadlineMs;
}

function failed(error: unknown): Outcome {
  return { kind: "failed", error };
}

function dead(error: unknown): Outcome {
  return { kind: "dead", error };
}
