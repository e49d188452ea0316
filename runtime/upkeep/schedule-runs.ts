import { changeDocument, type DocumentKey, type Documents } from "../store/documents.js";
import type { StoreQueue } from "../store/queue.js";
import { nextTick } from "./next-tick.js";

/** A run of a schedule, as its job tells of it. */
export interface ScheduledRun {
  /** Of the schedule. */
  readonly id: string;
  readonly jobId: string;
  /** The tick that it is for, in ms since 1970. */
  readonly dueAt: number;
  readonly cron: string;
  readonly timezone: string;
  readonly missed: "once" | "skip";
  readonly overlap: "allow" | "skip";
  /** No worker has begun it before. */
  readonly isFirstStart: boolean;
  /** Attempts of it that have ended. */
  readonly attemptsMade: number;
}

/** What is kept of a schedule's runs. Times are in ms since 1970. */
export interface ScheduleRecord {
  /** The last run that was begun. */
  readonly lastRun?: { readonly jobId: string; readonly dueAt: number; readonly startedAt: number };
  /** Ticks that did not run. */
  readonly skipped: SkippedTicks;
}

/** How many ticks of a schedule were left out, and when the last was. */
export interface SkippedTicks {
  readonly missed: number;
  readonly overlap: number;
  readonly lastAt?: number;
}

/** Why a tick is left out. */
export type SkipReason = "missed" | "overlap";

/** Whether a run may begin: `waits`: it is retried by hand, and has to wait for the end of another. */
export type RunBeginning =
  | { readonly kind: "runs" }
  | { readonly kind: "skipped"; readonly reason: SkipReason }
  | { readonly kind: "waits" };

/**
 * Decides whether `run` may begin, and notes that it has, or that its tick is left out.
 *
 * Of several workers that ask at once for runs of one schedule with `overlap: skip`, one is told that it may. The run
 * before holds the others off as long as its job has not ended; a crash doesn't end it, and whoever takes it up next
 * does. `now` is in ms since 1970, on this process' clock, as BullMQ's ticks are.
 */
export async function beginRun(
  queue: StoreQueue,
  documents: Documents,
  run: ScheduledRun,
  now: number,
): Promise<RunBeginning> {
  if (run.missed === "skip" && run.isFirstStart && now - run.dueAt >= toleranceMs(run)) {
    await noteSkip(documents, queue.name, run.id, "missed", now);
    return { kind: "skipped", reason: "missed" };
  }
  const key = keyOf(queue.name, run.id);
  for (;;) {
    const { text } = await documents.read(key);
    const record = parse(text);
    const { lastRun } = record;
    const isAnother = lastRun !== undefined && lastRun.jobId !== run.jobId;
    if (run.overlap === "skip" && isAnother && (await isLive(queue, lastRun.jobId))) {
      if (run.attemptsMade > 0) return { kind: "waits" };
      await noteSkip(documents, queue.name, run.id, "overlap", now);
      return { kind: "skipped", reason: "overlap" };
    }
    const begun = { ...record, lastRun: { jobId: run.jobId, dueAt: run.dueAt, startedAt: now } };
    // Somebody else may have begun another run since: then that one is looked at.
    if (await documents.replace(key, text, JSON.stringify(begun))) return { kind: "runs" };
  }
}

/** What is known of the runs of schedule `id`. */
export async function readRecord(documents: Documents, queue: string, id: string): Promise<ScheduleRecord> {
  return parse((await documents.read(keyOf(queue, id))).text);
}

/** Forgets the runs of a schedule that is there no longer. */
export async function forgetRuns(documents: Documents, queue: string, id: string): Promise<void> {
  await changeDocument(documents, keyOf(queue, id), () => undefined);
}

/** A tick may begin this much later than it was due, and no later than the next one is due. */
const mostLateMs = 60_000;

function toleranceMs({ dueAt, cron, timezone }: ScheduledRun): number {
  const next = nextTick(dueAt, { pattern: cron, tz: timezone });
  return next === undefined ? mostLateMs : Math.min(mostLateMs, next - dueAt);
}

async function isLive(queue: StoreQueue, jobId: string): Promise<boolean> {
  return liveStates.has(await queue.getJobState(jobId));
}

const liveStates: ReadonlySet<string> = new Set(["active", "waiting", "prioritized", "delayed", "waiting-children"]);

async function noteSkip(
  documents: Documents,
  queue: string,
  id: string,
  reason: SkipReason,
  now: number,
): Promise<void> {
  await changeDocument<ScheduleRecord>(documents, keyOf(queue, id), (record = unknown) => {
    const { skipped } = record;
    return { ...record, skipped: { ...skipped, [reason]: skipped[reason] + 1, lastAt: now } };
  });
}

const unknown: ScheduleRecord = { skipped: { missed: 0, overlap: 0 } };

function keyOf(queue: string, id: string): DocumentKey {
  return { tag: `taskwright:${queue}`, name: `schedule:${id}` };
}

function parse(text: string | undefined): ScheduleRecord {
  return text === undefined ? unknown : (JSON.parse(text) as ScheduleRecord);
}
