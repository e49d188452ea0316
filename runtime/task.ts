/** What the compiler knows of one task, as the runtime needs it. Every duration is in milliseconds. */
export interface TaskDefinition<Payload = unknown, Result = unknown> {
  /** Wire name, `<workflow>:<task>`: the BullMQ job name. */
  readonly name: string;
  /** Version of the contract; a worker leaves jobs of a newer version waiting. */
  readonly version: number;
  readonly queue: string;
  /** Tries after the first; BullMQ's `attempts` is one more. */
  readonly retries: number;
  readonly backoff: BackoffPolicy;
  /** For one attempt. */
  readonly timeoutMs: number;
  /** From enqueue to the end of the last attempt; absent: none. */
  readonly deadlineMs?: number;
  /** Before the first attempt; absent: none. */
  readonly delayMs?: number;
  /** Inside its queue; absent: `normal`. */
  readonly priority?: Priority;
  readonly retention: Retention;
  /** Absent: any number of equal jobs may be there at once. */
  readonly unique?: Unique;
  /** Absent: a job's effect may happen more than once. */
  readonly idempotency?: Idempotency;
  /** By name; a task with a bare `cron` has one schedule named `default`. */
  readonly schedules?: Readonly<Record<string, Schedule>>;
  /** Absent: the task takes no payload. */
  readonly payload?: Validator;
  /** Absent: the handler returns nothing. */
  readonly result?: Validator;
  /** Never set: carries the types from the definition to the client and the handler. */
  readonly types?: { readonly payload: Payload; readonly result: Result };
}

/** Wait before a retry. `n` is the retry, from 1. Source: `backoff` in the workflow file. */
export type BackoffPolicy =
  /** `delayMs` every time. */
  | { readonly type: "fixed"; readonly delayMs: number; readonly maxMs: number; readonly jitter: number }
  /** `delayMs · 2^(n-1)`. */
  | { readonly type: "exponential"; readonly delayMs: number; readonly maxMs: number; readonly jitter: number }
  /** `delayMs · n^exponent`. */
  | {
      readonly type: "polynomial";
      readonly delayMs: number;
      readonly exponent: number;
      readonly maxMs: number;
      readonly jitter: number;
    };

/** Of a job inside its queue. */
export type Priority = "high" | "normal" | "low";

/** How long ended jobs are kept: while younger than `ageMs` and among the newest `count` of their task. */
export interface Retention {
  readonly completed: { readonly ageMs: number; readonly count: number };
  readonly failed: { readonly ageMs: number; readonly count: number };
}

/** One live job for the same values. Source: `unique` in the workflow file. */
export interface Unique {
  /** Fields of the payload, each required and with a plain value; none: one live job of the task. */
  readonly by: readonly string[];
  /** From enqueue, and no longer than the job lives; absent: until the job ends. */
  readonly forMs?: number;
}

/**
 * One effect for the same values, through duplicates, failures and crashes. Source: `idempotency` in the workflow file.
 */
export interface Idempotency {
  /** Fields of the payload, each required and with a plain value. */
  readonly key: readonly string[];
  /** How long a key is remembered after its last attempt. */
  readonly ttlMs: number;
  /** How long an attempt holds its key after its worker was last heard of; renewed at a third. */
  readonly leaseMs: number;
  /** A job whose effect is done: completed with the stored result, dropped, or dead. */
  readonly onDuplicate: "result" | "skip" | "error";
  /** After a crash in the middle: run again, or dead with its outcome unknown. */
  readonly onUncertain: "retry" | "park";
  /** Fields that must be the same under one key; absent: the whole payload. */
  readonly fingerprint?: readonly string[];
}

/** A task that has an `idempotency`. */
export interface IdempotentTaskDefinition<Payload = unknown, Result = unknown> extends TaskDefinition<Payload, Result> {
  readonly idempotency: Idempotency;
}

/** Whether a task declares an `idempotency`. */
export function isIdempotent(task: TaskDefinition): task is IdempotentTaskDefinition {
  return task.idempotency !== undefined;
}

/** When a task runs by itself. Source: `cron` or `schedules` in the workflow file. */
export interface Schedule {
  /** Five fields, as the author wrote them. */
  readonly cron: string;
  /** IANA name, e.g. `Africa/Lagos`. */
  readonly timezone: string;
  /** A tick that nobody started in time does not run; absent: it runs, and of many such ticks one. */
  readonly missed?: "skip";
  /** A tick is left out while the run before it has not ended; absent: it runs beside it. */
  readonly overlap?: "skip";
  /** Checked against the task's contract when it was compiled; absent for a task without payload. */
  readonly payload?: unknown;
}

/** A queue as declared in the workflow files. */
export interface QueueDefinition {
  /** Share of picks when every queue has work. */
  readonly weight: number;
  /** Jobs running at once across all workers; absent: no limit. */
  readonly concurrency?: number;
  /** Job starts per window across all workers; absent: no limit. */
  readonly rateLimit?: { readonly max: number; readonly perMs: number };
}

/** A predicate that leaves its findings on itself, as validators that Ajv makes do. */
export interface Validator {
  (value: unknown): boolean;
  errors?: readonly ValidatorError[] | null;
}

/** One finding of a validator, with the keyword and the params that Ajv gives it. */
export interface ValidatorError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Absent: the runtime's own sentence for the keyword. */
  readonly message?: string;
}

/** All tasks and queues of a project, as `generated/catalog.ts` exports it. */
export interface Catalog {
  readonly queues: Readonly<Record<string, QueueDefinition>>;
  /** By workflow, then by task, both in their TypeScript (camelCase) names. */
  readonly workflows: Readonly<Record<string, Readonly<Record<string, TaskDefinition>>>>;
}

/** A task's definition, carrying its payload and result types. Called by generated code, once per task. */
export function defineTask<Payload = undefined, Result = void>(
  definition: Omit<IdempotentTaskDefinition, "types">,
): IdempotentTaskDefinition<Payload, Result>;
export function defineTask<Payload = undefined, Result = void>(
  definition: Omit<TaskDefinition, "types">,
): TaskDefinition<Payload, Result>;
export function defineTask<Payload = undefined, Result = void>(
  definition: Omit<TaskDefinition, "types">,
): TaskDefinition<Payload, Result> {
  return definition;
}
