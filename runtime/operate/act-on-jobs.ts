import type { JobState } from "../client/job-view.js";
import { InvalidFilter } from "../errors.js";
import type { Acted, JobAction } from "./act-on-job.js";
import type { JobFilter } from "./job-filter.js";
import { type FoundJob, type ListContext, scanJobs } from "./list-jobs.js";

/** How an action on many jobs goes about it. */
export interface BulkOptions {
  /** Only count. */
  readonly isDryRun?: boolean | undefined;
  /** Jobs acted on, at most. Default: all that fit. */
  readonly limit?: number | undefined;
  /** Of a cancellation. */
  readonly reason?: string | undefined;
  /** Called after each step. */
  readonly onProgress?: ((progress: BulkProgress) => void) | undefined;
  /** Ends it after the step in hand. */
  readonly signal?: AbortSignal | undefined;
}

/** How far an action has come. */
export interface BulkProgress {
  /** Jobs that were looked at. */
  readonly scanned: number;
  /** Jobs that fit. */
  readonly matched: number;
  /** Jobs that were changed; in a dry run none. */
  readonly done: number;
}

/** What became of an action on many jobs. */
export interface BulkOutcome extends BulkProgress {
  /** Why jobs were left as they are, with how many. */
  readonly refused: Readonly<Record<string, number>>;
  /** False: it ended at its limit or by its signal, and there may be more. */
  readonly isComplete: boolean;
}

/** The states from which an action takes a job. */
export const actionStates: Readonly<Record<JobAction, readonly JobState[]>> = {
  retry: ["dead"],
  cancel: ["active", "waiting", "delayed"],
  promote: ["delayed"],
  remove: ["waiting", "delayed", "dead", "cancelled", "completed"],
};

/**
 * Does `act` to every job that fits and is in a state that the action takes, some at once, and in small steps.
 *
 * A job that comes while it goes on may be met or not; none that was there is passed over. Rejects with InvalidFilter,
 * also when the filter asks for no state that the action takes.
 */
export async function actOnJobs(
  action: JobAction,
  filter: JobFilter,
  { isDryRun = false, limit, onProgress, signal }: BulkOptions,
  context: ListContext,
  act: (job: FoundJob) => Promise<Acted>,
): Promise<BulkOutcome> {
  const states = (filter.states ?? actionStates[action]).filter((state) => actionStates[action].includes(state));
  if (states.length === 0)
    throw new InvalidFilter("states", `some of ${actionStates[action].join(", ")}`, filter.states?.[0]);
  const total = { scanned: 0, matched: 0, done: 0 };
  const refused = new Map<string, number>();
  for await (const step of scanJobs({ ...filter, states }, { most: limit }, context)) {
    total.scanned += step.scanned;
    total.matched += step.jobs.length;
    for (let from = 0; !isDryRun && from < step.jobs.length; from += atOnce) {
      const acted = await Promise.all(step.jobs.slice(from, from + atOnce).map(act));
      for (const each of acted) {
        if (each.done) total.done += 1;
        else note(refused, each.reason);
      }
      onProgress?.({ ...total });
    }
    onProgress?.({ ...total });
    const isOver = step.next === undefined;
    if (isOver || signal?.aborted || total.matched >= (limit ?? Number.POSITIVE_INFINITY)) {
      return { ...total, refused: Object.fromEntries(refused), isComplete: isOver };
    }
  }
  return { ...total, refused: Object.fromEntries(refused), isComplete: true };
}

const atOnce = 100;

/** Reasons name their job: told apart by it, a hundred thousand of them would be no summary. */
function note(refused: Map<string, number>, reason: string): void {
  const kind = reason.replaceAll(/\b[Jj]ob \S+/g, (found) => `${found.slice(0, 3)} …`);
  refused.set(kind, (refused.get(kind) ?? 0) + 1);
}
