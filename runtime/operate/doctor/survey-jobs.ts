import type { JobState } from "../../client/job-view.js";
import { ourOptions } from "../../mapping/stored-job.js";
import type { JobSet, OperatorStore, StoredRow } from "../../store/operator-store.js";
import type { Catalog } from "../../task.js";
import { stateIn } from "../job-filter.js";
import { type ContractCheck, checkContract } from "../show-job.js";

/** What the first jobs of every queue are like, in sums: nothing of their payloads. */
export interface JobSurvey {
  readonly tallies: readonly JobTally[];
  /** Jobs of each set of a queue, at most. */
  readonly depth: number;
}

/** Jobs that are alike. */
export interface JobTally {
  readonly queue: string;
  /** The name that they carry. */
  readonly task: string;
  readonly state: JobState;
  readonly contract: ContractCheck["kind"];
  /** Of the contract that they were enqueued with; undefined: another program's than ours enqueued them. */
  readonly version: number | undefined;
  /** The first issue of the first of them; undefined unless they don't fit. */
  readonly issue: string | undefined;
  /** Whether nothing will ever remove them once they have ended. */
  readonly isKeptForEver: boolean;
  readonly count: number;
  /** Of one of them. */
  readonly exampleId: string;
}

const depth = 500;
const pageSize = 100;
const sets: readonly JobSet[] = ["active", "wait", "prioritized", "delayed", "failed", "completed"];

/** Looks at the first jobs of every set of `queues`. */
export async function surveyJobs(
  queues: readonly string[],
  store: OperatorStore,
  catalog: Catalog,
): Promise<JobSurvey> {
  const tallies = new Map<string, JobTally>();
  for (const queue of queues) {
    for (const set of sets) {
      let after: string | undefined;
      for (let seen = 0; seen < depth; seen += pageSize) {
        const page = await store.page(queue, { set, after, count: pageSize });
        for (const row of page.jobs) note(tallies, describe(queue, set, row, catalog));
        after = page.next;
        if (after === undefined) break;
      }
    }
  }
  return { tallies: [...tallies.values()], depth };
}

function note(tallies: Map<string, JobTally>, tally: JobTally): void {
  const { queue, task, state, contract, version, isKeptForEver } = tally;
  const key = JSON.stringify([queue, task, state, contract, version, isKeptForEver]);
  const before = tallies.get(key);
  tallies.set(key, before === undefined ? tally : { ...before, count: before.count + 1 });
}

function describe(queue: string, set: JobSet, row: StoredRow, catalog: Catalog): JobTally {
  const contract = checkContract({ name: row.task, data: row.payload, opts: row.options }, catalog);
  const [issue] = contract.kind === "unfit" ? contract.issues : [];
  const { removeOnComplete, removeOnFail } = row.options;
  const bound = set === "failed" ? removeOnFail : removeOnComplete;
  return {
    queue,
    task: row.task,
    state: stateIn(set, row),
    contract: contract.kind,
    version: ourOptions({ opts: row.options })?.version,
    issue: issue && `${issue.pointer || "the payload"} ${issue.message}`,
    isKeptForEver: bound === undefined || bound === false,
    count: 1,
    exampleId: row.id,
  };
}

/** Whether jobs are still to be run. */
export function isLive({ state }: JobTally): boolean {
  return state === "waiting" || state === "delayed" || state === "active";
}

/** Sums of `tallies` by task and queue, the largest first. */
export function byTask(tallies: readonly JobTally[]): readonly JobTally[] {
  const sums = new Map<string, JobTally>();
  for (const tally of tallies) {
    const key = JSON.stringify([tally.queue, tally.task]);
    const before = sums.get(key);
    sums.set(key, before === undefined ? tally : { ...before, count: before.count + tally.count });
  }
  return [...sums.values()].sort((a, b) => b.count - a.count);
}
