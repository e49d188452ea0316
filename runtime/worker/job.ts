import type { JobProgress } from "bullmq";
import type { TasksLifetime } from "../client/create-tasks.js";
import type { JobTasks } from "../client/job-tasks.js";
import { ourOptions } from "../mapping/stored-job.js";
import type { StoreJob } from "../store/queue.js";
import type { Cancellation } from "./cancellation.js";

/**
 * What a handler knows of the job it is doing, and can tell about it. `Tasks` is the project's, as `generated/index.ts`
 * has it.
 */
export interface Job<Tasks = unknown> {
  readonly id: string;
  /** The task's wire name, `<workflow>:<task>`. */
  readonly task: string;
  readonly queue: string;
  /** 1 for the first. An attempt that a crash or a stop cut short is not counted. */
  readonly attempt: number;
  /**
   * Aborts at the task's timeout or deadline, when the job is cancelled, when the worker stops, and when the job's lock
   * or the lease of its idempotency key is lost. Its reason says which.
   */
  readonly signal: AbortSignal;
  /**
   * Names the effect that this job is to have, the same for every job and attempt that means it, for other systems to
   * tell a repetition by. Undefined when its task declares no `idempotency`.
   */
  readonly idempotencyKey: string | undefined;
  /**
   * Grows with every attempt at the effect, so that whoever receives it can refuse an attempt that came too late.
   * Undefined when its task declares no `idempotency`.
   */
  readonly fence: number | undefined;
  /** As given at enqueue. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Enqueues more jobs. They carry this job's headers, unless the call gives a header of the same name. Rejects with
   * RedisUnavailable within a second when Redis is away, and with AlreadyClosed once the worker has stopped.
   */
  readonly tasks: Omit<Tasks, keyof TasksLifetime>;
  /** Adds a line to the job's own log, which is kept with it: the last 1,000 lines. */
  log(line: string): Promise<void>;
  /** Tells how far the work is: a number, or anything that JSON carries. */
  progress(value: JobProgress): Promise<void>;
}

/** The job of a task that declares an `idempotency`. */
export interface IdempotentJob<Tasks = unknown> extends Job<Tasks> {
  readonly idempotencyKey: string;
  readonly fence: number;
}

/** The key that an attempt holds. */
export type HeldKey = Pick<IdempotentJob, "idempotencyKey" | "fence">;

/** The handler's view of a BullMQ job. */
export function exposeJob(
  job: StoreJob,
  queue: string,
  cancellation: Cancellation,
  jobTasks: JobTasks,
  held: HeldKey | undefined,
): Job {
  return new ExposedJob(job, queue, cancellation, jobTasks, held);
}

/** See AttemptCancellation. What a handler may take out of it by destructuring stays bound. */
class ExposedJob implements Job {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  readonly attempt: number;
  readonly idempotencyKey: string | undefined;
  readonly fence: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly log: Job["log"];
  readonly progress: Job["progress"];
  readonly #cancellation: Cancellation;
  readonly #jobTasks: JobTasks;
  #tasks: Job["tasks"] | undefined;

  constructor(job: StoreJob, queue: string, cancellation: Cancellation, jobTasks: JobTasks, held: HeldKey | undefined) {
    this.id = job.id ?? "";
    this.task = job.name;
    this.queue = queue;
    this.attempt = job.attemptsMade + 1;
    this.idempotencyKey = held?.idempotencyKey;
    this.fence = held?.fence;
    this.headers = ourOptions(job)?.headers ?? {};
    this.log = (line) => orIgnored(job.log(line));
    this.progress = (value) => orIgnored(job.updateProgress(value));
    this.#cancellation = cancellation;
    this.#jobTasks = jobTasks;
  }

  get signal(): AbortSignal {
    return this.#cancellation.signal;
  }

  get tasks(): Job["tasks"] {
    this.#tasks ??= this.#jobTasks.withHeaders(this.headers);
    return this.#tasks;
  }
}

/** A handler that doesn't await its log line must not end the process when Redis refuses it. */
function orIgnored(written: Promise<unknown>): Promise<void> {
  const done = written.then(() => undefined);
  done.catch(() => undefined);
  return done;
}
