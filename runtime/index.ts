export { createTasks, type TasksLifetime, type TasksOf, type TasksOptions } from "./client/create-tasks.js";
export type { EnqueueOptions } from "./client/enqueue-options.js";
export type { JobState, JobView } from "./client/job-view.js";
export type {
  BulkJob,
  Cancelling,
  EnqueueArguments,
  EnqueuedJob,
  IdempotencyRecord,
  IdempotencyRecords,
  IdempotentTaskClient,
  TaskClient,
  Validation,
} from "./client/task-client.js";
export {
  AlreadyClosed,
  CannotServe,
  CrashLoop,
  DeadlineExceeded,
  DuplicateJob,
  HandlersMissing,
  IdempotencyConflict,
  InvalidEnqueueOption,
  InvalidPayload,
  InvalidResult,
  InvalidWorkerOption,
  type Issue,
  JobCancelled,
  JobFailed,
  JobUnknown,
  LeaseLost,
  LockLost,
  NotIdempotent,
  OutcomeUnknown,
  RedisUnavailable,
  Revoke,
  SkipRetry,
  TaskTimeout,
  TaskwrightError,
  UnsupportedConnection,
  WaitTimeout,
  WorkerStopping,
} from "./errors.js";
export type { Logger } from "./logger.js";
export type { ServeOptions } from "./serve/serve.js";
export type { Cleared } from "./store/effect-records.js";
export { EmbeddedInUse, EmbeddedMissing, EmbeddedUnstorable, EmbeddedUnusable } from "./store/embedded-errors.js";
export type { Connection } from "./store/store.js";
export {
  type BackoffPolicy,
  type Catalog,
  defineTask,
  type Idempotency,
  type IdempotentTaskDefinition,
  type Priority,
  type QueueDefinition,
  type Retention,
  type Schedule,
  type TaskDefinition,
  type Unique,
  type Validator,
  type ValidatorError,
} from "./task.js";
export { validatorRuntime } from "./validator-runtime.js";
export { createWorker, type Worker } from "./worker/create-worker.js";
export { type Handler, type Handlers, type IdempotentHandler, stub } from "./worker/handler.js";
export type { Health } from "./worker/health.js";
export type { AttemptEnd, AttemptEvent, AttemptFailure, Hooks, SkippedTick } from "./worker/hooks.js";
export type { IdempotentJob, Job } from "./worker/job.js";
export type { Middleware } from "./worker/middleware.js";
export type { WorkerOptions } from "./worker/options.js";
