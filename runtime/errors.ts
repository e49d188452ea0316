/** Base of every error that Taskwright throws: `code` never changes, `message` may. */
export abstract class TaskwrightError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** One thing that is wrong with a payload or a result. */
export interface Issue {
  /** JSON pointer into the value; empty for the value itself. */
  readonly pointer: string;
  readonly message: string;
  /** JSON Schema's keyword, or `json` for a value that JSON cannot carry. */
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The payload does not fit the task's contract; nothing was enqueued. */
export class InvalidPayload extends TaskwrightError {
  readonly code = "TASKWRIGHT_INVALID_PAYLOAD";
  readonly task: string;
  readonly issues: readonly Issue[];

  constructor(task: string, issues: readonly Issue[]) {
    super(`The payload of ${task} does not fit its contract: ${describeIssues(issues)}.`);
    this.task = task;
    this.issues = issues;
  }
}

/** The handler returned something that does not fit the task's contract; the attempt failed. */
export class InvalidResult extends TaskwrightError {
  readonly code = "TASKWRIGHT_INVALID_RESULT";
  readonly task: string;
  readonly issues: readonly Issue[];

  constructor(task: string, issues: readonly Issue[]) {
    super(`The result of ${task} does not fit its contract: ${describeIssues(issues)}.`);
    this.task = task;
    this.issues = issues;
  }
}

/** An option of `enqueue` cannot be followed; nothing was enqueued. */
export class InvalidEnqueueOption extends TaskwrightError {
  readonly code = "TASKWRIGHT_INVALID_ENQUEUE_OPTION";
  readonly option: string;

  constructor(option: string, expected: string, arrived: unknown) {
    super(`The option \`${option}\` expects ${expected}, and got ${describe(arrived)}.`);
    this.option = option;
  }
}

/** A connection that Taskwright cannot open. The message holds no user name and no password. */
export class UnsupportedConnection extends TaskwrightError {
  readonly code = "TASKWRIGHT_UNSUPPORTED_CONNECTION";

  constructor(arrived: string, options?: ErrorOptions) {
    super(
      `A connection is a URL (redis://, rediss://, embedded: or embedded:./folder) or an ioredis instance, and this is ${arrived}.`,
      options,
    );
  }
}

/**
 * Redis did not answer in time, so the call was given up; `cause` says how.
 *
 * Whether Redis still took the job is unknown when the connection broke midway: give the job an `id` to make a
 * second call safe.
 */
export class RedisUnavailable extends TaskwrightError {
  readonly code = "TASKWRIGHT_REDIS_UNAVAILABLE";

  constructor(operation: string, options?: { readonly cause: Error }) {
    const reason = options === undefined ? "it does not answer" : options.cause.message;
    super(`Redis cannot be used (${reason}): ${operation} was given up.`, options);
  }
}

/** The client or worker was closed before this call. */
export class AlreadyClosed extends TaskwrightError {
  readonly code = "TASKWRIGHT_ALREADY_CLOSED";

  constructor(what: string) {
    super(`This ${what} has been closed: create another one.`);
  }
}

/** An attempt ran longer than its task's `timeout`. It is retried as any failure. */
export class TaskTimeout extends TaskwrightError {
  readonly code = "TASKWRIGHT_TIMEOUT";
  readonly task: string;
  readonly timeoutMs: number;

  constructor(task: string, timeoutMs: number, options?: ErrorOptions) {
    super(`${task} ran longer than its timeout of ${timeoutMs} ms.`, options);
    this.task = task;
    this.timeoutMs = timeoutMs;
  }
}

/** The time from enqueue to the end of the last attempt is over. The job is dead and is not retried. */
export class DeadlineExceeded extends TaskwrightError {
  readonly code = "TASKWRIGHT_DEADLINE_EXCEEDED";
  readonly task: string;
  readonly deadlineAt: number;

  constructor(task: string, deadlineAt: number, options?: ErrorOptions) {
    super(`The deadline of this ${task} job was ${new Date(deadlineAt).toISOString()}.`, options);
    this.task = task;
    this.deadlineAt = deadlineAt;
  }
}

/** The job ended its worker's process too often, and is dead so that it ends no more of them. */
export class CrashLoop extends TaskwrightError {
  readonly code = "TASKWRIGHT_CRASH_LOOP";
  readonly task: string;
  readonly crashes: number;

  constructor(task: string, crashes: number) {
    const workers = crashes === 1 ? "1 worker" : `${crashes} workers`;
    super(`This ${task} job was running in ${workers} that died or stopped renewing its lock.`);
    this.task = task;
    this.crashes = crashes;
  }
}

/** The reason on `job.signal` when the worker stops; the job goes back to its queue with its attempt intact. */
export class WorkerStopping extends TaskwrightError {
  readonly code = "TASKWRIGHT_WORKER_STOPPING";

  constructor() {
    super("The worker is stopping: the job goes back to its queue.");
  }
}

/** The reason on `job.signal` when another worker may have taken the job over: whatever this attempt does is lost. */
export class LockLost extends TaskwrightError {
  readonly code = "TASKWRIGHT_LOCK_LOST";
  readonly jobId: string;

  constructor(jobId: string) {
    super(`The lock of job ${jobId} could not be renewed in time; another worker may be running it.`);
    this.jobId = jobId;
  }
}

/**
 * The reason on `job.signal` when this attempt no longer has its idempotency key: another may do the same work. Whatever
 * it returns is not recorded; the job waits, without using an attempt, for what becomes of the other.
 */
export class LeaseLost extends TaskwrightError {
  readonly code = "TASKWRIGHT_LEASE_LOST";
  readonly key: string;

  constructor(key: string) {
    super(`The lease of ${key} could not be renewed in time; another attempt may have it.`);
    this.key = key;
  }
}

/** The idempotency key of the job stands for another payload, of `otherJobId`. The job is dead and is not retried. */
export class IdempotencyConflict extends TaskwrightError {
  readonly code = "TASKWRIGHT_IDEMPOTENCY_CONFLICT";
  readonly key: string;
  readonly otherJobId: string;

  constructor(key: string, otherJobId: string) {
    super(`Job ${otherJobId} has the same key with another payload: ${key}.`);
    this.key = key;
    this.otherJobId = otherJobId;
  }
}

/** The effect of the job was done by `otherJobId`, and its task says that a duplicate is an error. It is dead. */
export class DuplicateJob extends TaskwrightError {
  readonly code = "TASKWRIGHT_DUPLICATE_JOB";
  readonly key: string;
  readonly otherJobId: string;

  constructor(key: string, otherJobId: string) {
    super(`Job ${otherJobId} has done it before: ${key}.`);
    this.key = key;
    this.otherJobId = otherJobId;
  }
}

/**
 * Nobody knows whether the effect of the job happened: its attempt crashed in the middle, or a handler threw this. With
 * `onUncertain: park` the job is dead, and no job with its key runs until somebody has found out and cleared the key.
 */
export class OutcomeUnknown extends TaskwrightError {
  readonly code = "TASKWRIGHT_OUTCOME_UNKNOWN";
}

/** The task declares no `idempotency`, so there are no records of it. */
export class NotIdempotent extends TaskwrightError {
  readonly code = "TASKWRIGHT_NOT_IDEMPOTENT";
  readonly task: string;

  constructor(task: string) {
    super(`${task} declares no \`idempotency\`, so nothing is remembered of its effects.`);
    this.task = task;
  }
}

/** Throw it in a handler: the job is dead at once, whatever retries it has left. */
export class SkipRetry extends TaskwrightError {
  readonly code = "TASKWRIGHT_SKIP_RETRY";
}

/**
 * Throw it in a handler: the job has become pointless. It ends at once, is neither retried nor kept, and is told by the
 * hook `onRevoked`.
 */
export class Revoke extends TaskwrightError {
  readonly code = "TASKWRIGHT_REVOKE";
}

/**
 * The job was cancelled, and is not retried: the reason on `job.signal` of its running handler, and what `waitFor`
 * rejects with.
 */
export class JobCancelled extends TaskwrightError {
  readonly code = "TASKWRIGHT_JOB_CANCELLED";
}

/** `waitFor`: the job is dead. `message` says why. */
export class JobFailed extends TaskwrightError {
  readonly code = "TASKWRIGHT_JOB_FAILED";
  readonly task: string;
  readonly jobId: string;
  /** As the last attempt told it. */
  readonly reason: string;
  /** Undefined when the job isn't kept. */
  readonly attempts: number | undefined;

  constructor(task: string, jobId: string, reason: string, attempts: number | undefined) {
    super(`Job ${jobId} of ${task} is dead: ${reason}`);
    this.task = task;
    this.jobId = jobId;
    this.reason = reason;
    this.attempts = attempts;
  }
}

/** `waitFor`: the time is over, and the job has not ended. It goes on. */
export class WaitTimeout extends TaskwrightError {
  readonly code = "TASKWRIGHT_WAIT_TIMEOUT";
  readonly task: string;
  readonly jobId: string;

  constructor(task: string, jobId: string, timeoutMs: number) {
    super(`Job ${jobId} of ${task} had not ended after ${timeoutMs} ms.`);
    this.task = task;
    this.jobId = jobId;
  }
}

/** `waitFor`: there is no such job of the task, or it has ended and is not kept any longer. */
export class JobUnknown extends TaskwrightError {
  readonly code = "TASKWRIGHT_JOB_UNKNOWN";
  readonly task: string;
  readonly jobId: string;

  constructor(task: string, jobId: string) {
    super(`There is no job ${jobId} of ${task}: it never was, or it has ended and is kept no longer.`);
    this.task = task;
    this.jobId = jobId;
  }
}

/** Handlers that nobody has written yet, in production. The worker did not start. */
export class HandlersMissing extends TaskwrightError {
  readonly code = "TASKWRIGHT_HANDLERS_MISSING";
  readonly tasks: readonly string[];

  constructor(tasks: readonly string[]) {
    super(
      `The worker does not start in production while handlers are stubs: ${tasks.join(", ")}. Write them, or leave their queues to other workers with the option \`queues\`.`,
    );
    this.tasks = tasks;
  }
}

/** A worker could not listen where it was to be served; `cause` says why. */
export class CannotServe extends TaskwrightError {
  readonly code = "TASKWRIGHT_CANNOT_SERVE";

  constructor(port: number, host: string | undefined, options: { readonly cause: unknown }) {
    const reason = options.cause instanceof Error ? options.cause.message : String(options.cause);
    const where = host === undefined ? `port ${port}` : `port ${port} of ${host}`;
    super(
      `The worker cannot be served on ${where}: ${reason}. Choose another with \`serve.port\`, or --port.`,
      options,
    );
  }
}

/** An option of `createWorker` cannot be followed. */
export class InvalidWorkerOption extends TaskwrightError {
  readonly code = "TASKWRIGHT_INVALID_WORKER_OPTION";
  readonly option: string;

  constructor(option: string, expected: string, arrived: unknown) {
    super(`The worker's option \`${option}\` expects ${expected}, and got ${describe(arrived)}.`);
    this.option = option;
  }
}

/** A part of a filter or of a page cannot be followed. */
export class InvalidFilter extends TaskwrightError {
  readonly code = "TASKWRIGHT_INVALID_FILTER";
  readonly part: string;

  constructor(part: string, expected: string, arrived: unknown) {
    super(`The filter \`${part}\` expects ${expected}, and got ${describe(arrived)}.`);
    this.part = part;
  }
}

/** Several queues have a job of this id: ids are given out by each queue for itself. */
export class JobAmbiguous extends TaskwrightError {
  readonly code = "TASKWRIGHT_JOB_AMBIGUOUS";
  readonly jobId: string;
  readonly queues: readonly string[];

  constructor(jobId: string, queues: readonly string[]) {
    super(`There is a job ${jobId} in each of the queues ${queues.join(", ")}: say which one is meant.`);
    this.jobId = jobId;
    this.queues = queues;
  }
}

/** Code of an error of ours, also of one that another copy of this package threw; reading it never throws. */
export function errorCode(error: unknown): string | undefined {
  try {
    if (!(error instanceof Error) || !("code" in error)) return undefined;
    return typeof error.code === "string" ? error.code : undefined;
  } catch {
    return undefined;
  }
}

function describeIssues(issues: readonly Issue[]): string {
  const shown = issues.slice(0, 5).map(({ pointer, message }) => `${pointer || "the value"} ${message}`);
  const rest = issues.length - shown.length;
  return shown.join("; ") + (rest > 0 ? `; and ${rest} more` : "");
}

/** Long or secret-looking values are cut: an error message ends up in logs. */
function describe(value: unknown): string {
  if (typeof value === "string") return `"${value.length > 60 ? `${value.slice(0, 60)}…` : value}"`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid Date" : value.toISOString();
  if (value === null || value === undefined || typeof value === "number" || typeof value === "boolean") {
    return String(value);
  }
  if (typeof value === "bigint") return `${value}n`;
  return Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;
}
