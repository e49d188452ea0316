import type { JobState } from "../client/job-view.js";
import { InvalidFilter } from "../errors.js";
import type { JobSet, OperatorStore, StoredRow } from "../store/operator-store.js";
import { type CompiledFilter, compileFilter, type JobFilter, stateIn } from "./job-filter.js";
import type { Manifest } from "./manifest.js";
import type { Mask } from "./mask.js";

/** How much of a list. */
export interface PageOptions {
  /** Jobs at most. Default 50. */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
  /** Jobs looked at, at most, however few of them fit. Default 20,000. */
  readonly scanLimit?: number | undefined;
}

/** A part of a list. */
export interface JobList {
  readonly jobs: readonly JobRow[];
  /** Jobs that were looked at. */
  readonly scanned: number;
  /** The cursor with which to go on; undefined: there are no more. It may come with no job at all. */
  readonly next: string | undefined;
}

/** A job in a list. Times are in ms since 1970. */
export interface JobRow {
  readonly id: string;
  readonly queue: string;
  /** Wire name. */
  readonly task: string;
  readonly state: JobState;
  /** Without what is marked as sensitive. */
  readonly payload: unknown;
  /** That have ended. */
  readonly attempts: number;
  /** Attempts that it has at most. */
  readonly mostAttempts: number;
  /** Of the last failed attempt, or why it was cancelled; without what is marked as sensitive. */
  readonly failedReason: string | undefined;
  readonly enqueuedAt: number;
  /** Of a delayed job. */
  readonly dueAt: number | undefined;
  /** Of the latest attempt. */
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** Whether a schedule made it. */
  readonly isScheduled: boolean;
}

/** What a list is made from. */
export interface ListContext {
  readonly manifest: Manifest;
  readonly mask: Mask;
  readonly store: OperatorStore;
  /** In ms since 1970. */
  readonly now: number;
}

/**
 * The jobs that fit a filter: queue by queue, and in each by state as {@link jobStates} orders them; those that have ended
 * newest first, all others in the order in which they will run.
 *
 * Reads in small steps that never hold up the store, and ends after `scanLimit` jobs though it has found none: `next`
 * says where to go on. Rejects with InvalidFilter.
 */
export async function listJobs(filter: JobFilter, options: PageOptions, context: ListContext): Promise<JobList> {
  const { limit = 50, scanLimit = 20_000 } = options;
  const jobs: JobRow[] = [];
  let scanned = 0;
  for await (const step of scanJobs(filter, { cursor: options.cursor, scanLimit, most: limit }, context)) {
    scanned += step.scanned;
    jobs.push(...step.jobs.map(({ queue, state, row }) => showRow(queue, state, row, context.mask)));
    if (step.next === undefined || jobs.length >= limit || scanned >= scanLimit) {
      return { jobs, scanned, next: step.next };
    }
  }
  return { jobs, scanned, next: undefined };
}

/** A job that fits, as it is stored: nothing is hidden. */
export interface FoundJob {
  readonly queue: string;
  readonly state: JobState;
  readonly row: StoredRow;
}

/** One step of a scan. */
export interface ScanStep {
  readonly jobs: readonly FoundJob[];
  readonly scanned: number;
  /** Undefined: it was the last one. */
  readonly next: string | undefined;
}

/** How far a scan goes. */
export interface ScanLimits {
  readonly cursor?: string | undefined;
  /** Jobs looked at; absent: all. */
  readonly scanLimit?: number | undefined;
  /** Jobs found, after which no step looks for more; absent: all. */
  readonly most?: number | undefined;
}

/** Walks over all jobs that fit, in steps that each look at a thousand at most. */
export async function* scanJobs(
  filter: JobFilter,
  { cursor, scanLimit = Number.POSITIVE_INFINITY, most = Number.POSITIVE_INFINITY }: ScanLimits,
  { manifest, mask, store, now }: ListContext,
): AsyncGenerator<ScanStep, void> {
  const compiled = compileFilter(filter, manifest, mask, now);
  const queues = filter.queues ?? Object.keys(manifest.queues);
  const places = queues.flatMap((queue) => compiled.sets.map((set) => ({ queue, set })));
  const from = cursor === undefined ? undefined : readCursor(cursor);
  let at = from === undefined ? 0 : places.findIndex(({ queue, set }) => queue === from.queue && set === from.set);
  if (at < 0) throw new InvalidFilter("cursor", "the cursor of a list with the same filter", cursor);
  let after = from?.after;
  let left = scanLimit;
  let wanted = most;
  while (left > 0 && wanted > 0) {
    const place = places[at];
    if (place === undefined) return;
    const count = Math.min(compiled.isSelective ? mostInStep : wanted, mostInStep, left);
    const step = await lookAt(place, { compiled, after, count, wanted, store });
    left -= step.scanned;
    wanted -= step.jobs.length;
    after = step.after;
    if (after === undefined) at += 1;
    const next = places[at];
    yield {
      jobs: step.jobs,
      scanned: step.scanned,
      next: next === undefined ? undefined : writeCursor({ ...next, after }),
    };
  }
}

const mostInStep = 1_000;

interface Look {
  readonly compiled: CompiledFilter;
  readonly after: string | undefined;
  readonly count: number;
  readonly wanted: number;
  readonly store: OperatorStore;
}

async function lookAt(
  { queue, set }: { readonly queue: string; readonly set: JobSet },
  { compiled, after, count, wanted, store }: Look,
) {
  const { tasks, text, anywhere, endedFrom, endedUntil } = compiled;
  const page = await store.page(queue, { set, after, count, tasks, text, anywhere, endedFrom, endedUntil });
  const jobs = page.jobs
    .map((row): FoundJob => ({ queue, state: stateIn(set, row), row }))
    .filter(({ row, state }) => compiled.fits(row, state));
  if (jobs.length <= wanted) return { jobs, scanned: page.scanned, after: page.next };
  // The rest is met again by whoever goes on.
  const taken = jobs.slice(0, wanted);
  return { jobs: taken, scanned: page.scanned, after: taken.at(-1)?.row.place };
}

/** A job as it is shown in a list. */
export function showRow(queue: string, state: JobState, row: StoredRow, mask: Mask): JobRow {
  const { id, task, payload, failedReason, cancelReason, enqueuedAt, dueAt, startedAt, endedAt } = row;
  const reason = cancelReason ?? failedReason;
  return {
    id,
    queue,
    task,
    state,
    payload: mask.payload(task, payload),
    attempts: row.attempts,
    mostAttempts: row.options.attempts ?? 1,
    failedReason: reason === undefined ? undefined : mask.text(task, reason, payload),
    enqueuedAt,
    dueAt,
    startedAt,
    endedAt,
    isScheduled: row.scheduler !== undefined,
  };
}

interface Cursor {
  readonly queue: string;
  readonly set: JobSet;
  readonly after: string | undefined;
}

function writeCursor({ queue, set, after }: Cursor): string {
  return Buffer.from(JSON.stringify([queue, set, after ?? null])).toString("base64url");
}

function readCursor(text: string): Cursor {
  try {
    const [queue, set, after] = JSON.parse(Buffer.from(text, "base64url").toString()) as [
      string,
      JobSet,
      string | null,
    ];
    return { queue, set, after: after ?? undefined };
  } catch {
    throw new InvalidFilter("cursor", "the cursor of a list with the same filter", text);
  }
}
