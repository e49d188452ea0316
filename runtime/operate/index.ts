export type { JobState } from "../client/job-view.js";
export type { IdempotencyRecord } from "../client/task-client.js";
export { InvalidFilter, JobAmbiguous } from "../errors.js";
export type { Cleared } from "../store/effect-records.js";
export type { StoreHealth } from "../store/operator-store.js";
export type { ScheduleState, ScheduleView } from "../upkeep/list-schedules.js";
export type { WorkerPresence, WorkerState } from "../worker/presence.js";
export type { Acted, JobAction } from "./act-on-job.js";
export { actionStates, type BulkOptions, type BulkOutcome, type BulkProgress } from "./act-on-jobs.js";
export { type CheckedFinding, checkNames } from "./doctor/examine.js";
export { type Example, exampleOf } from "./example/example-payload.js";
export { deadStates, type FieldFilter, type JobFilter, jobStates } from "./job-filter.js";
export type { JobList, JobRow, PageOptions } from "./list-jobs.js";
export type { JsonSchema, Manifest, ManifestQueue, ManifestSchedule, ManifestTask } from "./manifest.js";
export { createMask, type Mask, masked } from "./mask.js";
export {
  type ActionRecord,
  type JobRef,
  type Operations,
  type OperationsOptions,
  openOperations,
} from "./operations.js";
export type { QueueCounts, QueueView } from "./queue-views.js";
export type { ContractCheck, JobDetail, JobSettings, TimelineEntry } from "./show-job.js";
export type { EndedCounts, EndedLately, Stats } from "./stats.js";
export type { EndedInSpan, Spread, TaskFigures } from "./task-figures.js";
