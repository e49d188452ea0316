import type { JobProgress } from "bullmq";
import { taskNamed } from "../catalog.js";
import { type JobState, stateFrom } from "../client/job-view.js";
import { readPayload } from "../contract/check.js";
import type { Issue } from "../errors.js";
import type { JobOptions } from "../mapping/job-options.js";
import { deadlineOf, firstDueAt, ourOptions } from "../mapping/stored-job.js";
import type { OperatorStore, StoredEvent, StoredRow } from "../store/operator-store.js";
import type { StoreJob, StoreQueue } from "../store/queue.js";
import type { Catalog } from "../task.js";
import { type JobRow, showRow } from "./list-jobs.js";
import type { Mask } from "./mask.js";

/** All that is known of one job. Times are in ms since 1970; what is marked as sensitive is hidden everywhere. */
export interface JobDetail extends JobRow {
  /** Undefined until it is completed. */
  readonly result: unknown;
  readonly headers: Readonly<Record<string, string>>;
  /** As the job carries them. */
  readonly options: JobSettings;
  /** Workers that ended, or were out of touch, while they ran it. */
  readonly crashes: number;
  /** Of the attempts that failed, the last 10, the oldest first, each with the stacks of its causes. */
  readonly stacks: readonly string[];
  /** What the handler told last; 0 while it told nothing. */
  readonly progress: JobProgress;
  /** The last lines, the oldest first. */
  readonly logs: readonly string[];
  /** Of them all. */
  readonly logLines: number;
  readonly timeline: readonly TimelineEntry[];
  /** Whether the kept payload fits the contract as it is now, by the check before a handler. */
  readonly contract: ContractCheck;
  /** Names of the scheduler that made it. */
  readonly scheduler: string | undefined;
  /** Whether anything of it is hidden. */
  readonly isMasked: boolean;
}

/** What a job was enqueued with. */
export interface JobSettings {
  readonly retries: number;
  readonly priority: number | undefined;
  readonly delayMs: number;
  readonly timeoutMs: number | undefined;
  readonly deadlineAt: number | undefined;
  /** Of the contract. */
  readonly version: number | undefined;
  /** Whether it has a value of `unique`. */
  readonly isUnique: boolean;
}

/** Something that happened to a job. */
export interface TimelineEntry {
  readonly at: number;
  readonly what: "enqueued" | "waiting" | "delayed" | "started" | "completed" | "died" | "cancelled" | "stalled";
  readonly detail?: string;
}

/** `newer`: of a contract that only a newer deployment knows. `undeclared`: no task of the project has this name. */
export type ContractCheck =
  | { readonly kind: "fits" | "undeclared" }
  | { readonly kind: "newer"; readonly version: number }
  | { readonly kind: "unfit"; readonly issues: readonly Issue[] };

/** What a job is shown with. */
export interface ShowContext {
  readonly catalog: Catalog;
  readonly mask: Mask;
  readonly store: OperatorStore;
}

const mostLogLines = 200;

/** All of one job; undefined when the queue has none of this id. */
export async function showJob(
  queue: StoreQueue,
  id: string,
  cancelReason: string | undefined,
  { catalog, mask, store }: ShowContext,
): Promise<JobDetail | undefined> {
  const [job, stored, logs, events] = await Promise.all([
    queue.getJob(id),
    queue.getJobState(id),
    queue.getJobLogs(id, 0, mostLogLines - 1, false),
    store.events(queue.name, id),
  ]);
  if (job === undefined || stored === "unknown") return undefined;
  const state = stateFrom(stored, cancelReason !== undefined);
  const row = rowOf(job, state, cancelReason);
  const result = state === "completed" ? job.returnvalue : undefined;
  const hide = (text: string) => mask.text(job.name, text, job.data, result);
  const shown = { ...showRow(queue.name, state, row, mask), result: mask.result(job.name, result) };
  return {
    ...shown,
    headers: ourOptions(job)?.headers ?? {},
    options: settingsOf(job),
    crashes: job.stalledCounter,
    stacks: (job.stacktrace ?? []).map(hide),
    progress: hideIn(job.progress, hide),
    // Read from the end, where the latest are.
    logs: logs.logs.toReversed().map(hide),
    logLines: logs.count,
    timeline: timelineOf(row, state, events, hide),
    contract: checkContract(job, catalog),
    scheduler: row.scheduler,
    isMasked: mask.hidesAnyOf(job.name),
  };
}

function rowOf(job: StoreJob, state: JobState, cancelReason: string | undefined): StoredRow {
  const hasEnded = state === "completed" || state === "dead" || state === "cancelled";
  return {
    id: job.id ?? "",
    place: "",
    task: job.name,
    payload: job.data,
    options: job.opts as Partial<JobOptions>,
    enqueuedAt: job.timestamp,
    // A retry's own time is not among a job's fields: a list knows it.
    dueAt: state === "delayed" && job.attemptsMade === 0 ? firstDueAt(job) : undefined,
    startedAt: job.processedOn || undefined,
    endedAt: hasEnded ? job.finishedOn || undefined : undefined,
    attempts: job.attemptsMade,
    failedReason: job.failedReason || undefined,
    cancelReason: state === "cancelled" ? cancelReason : undefined,
    scheduler: job.repeatJobKey,
  };
}

function settingsOf(job: StoreJob): JobSettings {
  const ours = ourOptions(job);
  return {
    retries: (job.opts.attempts ?? 1) - 1,
    priority: job.opts.priority,
    delayMs: job.opts.delay ?? 0,
    timeoutMs: ours?.timeoutMs,
    deadlineAt: deadlineOf(job),
    version: ours?.version,
    isUnique: job.deduplicationId !== undefined,
  };
}

/** Whether a stored payload fits the contract of its task as it is now. */
export function checkContract(
  job: Pick<StoreJob, "name" | "data"> & { readonly opts: object },
  catalog: Catalog,
): ContractCheck {
  const task = taskNamed(catalog, job.name);
  if (task === undefined) return { kind: "undeclared" };
  const version = ourOptions(job)?.version ?? 0;
  if (version > task.version) return { kind: "newer", version };
  // The check fills in defaults.
  const checked = readPayload(task, structuredClone(job.data));
  return checked.valid ? { kind: "fits" } : { kind: "unfit", issues: checked.issues };
}

const told: Readonly<Record<string, TimelineEntry["what"]>> = {
  waiting: "waiting",
  delayed: "delayed",
  active: "started",
  completed: "completed",
  failed: "died",
  stalled: "stalled",
};

/** From BullMQ's events as far as they reach back, and from the job's own times where they don't. */
function timelineOf(
  row: StoredRow,
  state: JobState,
  events: readonly StoredEvent[],
  hide: (text: string) => string,
): TimelineEntry[] {
  const entries: TimelineEntry[] = [{ at: row.enqueuedAt, what: "enqueued" }];
  for (const { at, event, fields } of events) {
    const what = told[event];
    // The first `waiting` or `delayed` is the enqueueing itself.
    if (what === undefined || (entries.length === 1 && fields.prev === undefined && what !== "started")) continue;
    const detail = detailOf(event, fields, at);
    const isCancelled = what === "died" && fields.failedReason === row.cancelReason && row.cancelReason !== undefined;
    entries.push({
      at,
      what: isCancelled ? "cancelled" : what,
      ...(detail !== undefined && { detail: hide(detail) }),
    });
  }
  const knows = (...kinds: TimelineEntry["what"][]) => entries.some(({ what }) => kinds.includes(what));
  if (row.startedAt !== undefined && !knows("started")) entries.push({ at: row.startedAt, what: "started" });
  if (row.endedAt !== undefined && !knows("completed", "died", "cancelled")) {
    const what = state === "completed" ? "completed" : state === "cancelled" ? "cancelled" : "died";
    const reason = row.cancelReason ?? row.failedReason;
    entries.push({ at: row.endedAt, what, ...(reason !== undefined && { detail: hide(reason) }) });
  }
  return entries.sort((a, b) => a.at - b.at);
}

function detailOf(event: string, fields: Readonly<Record<string, string>>, at: number): string | undefined {
  switch (event) {
    case "failed":
      return fields.failedReason;
    case "delayed":
      return fields.delay === undefined ? undefined : `until ${dueText(Number(fields.delay), at)}`;
    case "waiting":
      return fields.prev === "failed" ? "retried" : fields.prev === "active" ? "put back" : undefined;
    default:
      return undefined;
  }
}

/** BullMQ tells the time, or how long it is until then. */
function dueText(delay: number, at: number): string {
  return new Date(delay > 1e11 ? delay : at + delay).toISOString();
}

function hideIn(progress: JobProgress, hide: (text: string) => string): JobProgress {
  if (typeof progress === "string") return hide(progress);
  if (typeof progress !== "object" || progress === null) return progress;
  return JSON.parse(hide(JSON.stringify(progress))) as JobProgress;
}
