import picocolors from "picocolors";
import { visible } from "../codegen/report/visible.js";
import {
  type BulkOutcome,
  type JobAction,
  type JobFilter,
  type JobRef,
  type JobRow,
  type JobState,
  jobStates,
  type Operations,
} from "../runtime/operate/index.js";
import { confirm } from "./ask.js";
import { count } from "./count.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import { type FilterOptions, isNarrowed, readFilter } from "./job-filter-options.js";
import { describeMissing, locateJob } from "./locate-job.js";
import { type OperateOptions, operate } from "./operate-project.js";
import { type Column, printTable } from "./print-table.js";
import { startProgress } from "./progress.js";
import { lengthOf } from "./time-words.js";
import { UsageError } from "./usage-error.js";

export interface ListOptions extends OperateOptions, FilterOptions {
  readonly limit: number;
  readonly cursor?: string;
}

export interface ActOptions extends OperateOptions, FilterOptions {
  /** Every job that fits, instead of those that are named. */
  readonly all: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly limit?: number;
  /** Of a cancellation. */
  readonly reason?: string;
}

/** `taskwright jobs ls`, of the states that a command is about. */
export function listJobs(options: ListOptions, states: readonly JobState[] = jobStates): Promise<ExitCode> {
  return operate(options, async (operations) => {
    const filter = await readFilter(options, operations, states);
    const { jobs, scanned, next } = await gather(filter, options, operations);
    if (options.json) {
      console.log(JSON.stringify({ jobs, scanned, next: next ?? null }, null, 2));
      return exitCodes.fine;
    }
    printTable(jobColumns(Date.now()), jobs);
    // Beside the rows, not among them.
    const isFull = jobs.length >= options.limit;
    const narrower = isFull ? "" : ", or look for less by --state, --task or --queue";
    const more = next === undefined ? "" : ` More: --cursor ${next}${narrower}`;
    console.error(picocolors.dim(`${count(jobs.length, "job")}, ${scanned} looked at.${more}`));
    return exitCodes.fine;
  });
}

/** Goes on through jobs that don't fit until the page is full, or a person would wonder. */
async function gather(filter: JobFilter, { limit, cursor }: ListOptions, operations: Operations) {
  const jobs: JobRow[] = [];
  const progress = await startProgress("Looking:", undefined);
  let scanned = 0;
  let next = cursor;
  try {
    do {
      const page = await operations.jobs(filter, { limit: limit - jobs.length, cursor: next });
      jobs.push(...page.jobs);
      scanned += page.scanned;
      next = page.next;
      progress.show({ scanned, matched: jobs.length, done: 0 });
    } while (next !== undefined && jobs.length < limit && scanned < mostScanned);
  } finally {
    progress.end();
  }
  return { jobs, scanned, next };
}

const mostScanned = 200_000;

/** `taskwright jobs retry | cancel | promote | rm`, on the jobs that are named or on all that fit. */
export function actOnJobs(
  action: JobAction,
  named: readonly string[],
  options: ActOptions,
  states: readonly JobState[] = jobStates,
): Promise<ExitCode> {
  requireOneWay(named, options);
  return operate(options, async (operations) =>
    options.all
      ? await actOnAll(action, options, states, operations)
      : await actOnNamed(action, named, options, operations),
  );
}

function requireOneWay(named: readonly string[], options: ActOptions): void {
  if (options.all && named.length > 0) throw new UsageError("name jobs, or say --all, not both.");
  if (!options.all && named.length === 0)
    throw new UsageError("name the jobs, or say --all and what they have in common.");
  const { queue: _, ...narrowing } = options;
  if (!options.all && isNarrowed(narrowing))
    throw new UsageError("filters go with --all; a job that is named needs none.");
  if (!options.all && options.limit !== undefined)
    throw new UsageError("--limit goes with --all; of jobs that are named, name fewer.");
  if (!options.all && (options.queue?.length ?? 0) > 1) throw new UsageError("a job is in one queue: name it alone.");
}

async function actOnNamed(
  action: JobAction,
  named: readonly string[],
  options: ActOptions,
  operations: Operations,
): Promise<ExitCode> {
  const queue = options.queue?.[0];
  const jobs = await Promise.all(named.map((text) => locateJob(text, queue, operations)));
  const missing = named.filter((_, n) => jobs[n] === undefined);
  if (missing.length > 0) {
    console.error(describeMissing(missing, queue));
    return exitCodes.fault;
  }
  const found = jobs.filter((job): job is JobRef => job !== undefined);
  if (options.dryRun) {
    const matched = found.length;
    console.log(
      options.json ? JSON.stringify({ matched, done: 0 }) : `Would ${words[action].do} ${count(matched, "job")}.`,
    );
    return exitCodes.fine;
  }
  if (isFinal[action] && !(await confirm(questionOf(action, found.length), options.yes))) return exitCodes.fine;
  const outcomes = [];
  for (const job of found) outcomes.push({ ...job, ...(await operations.act(action, job, options.reason)) });
  if (options.json) console.log(JSON.stringify(outcomes, null, 2));
  else {
    for (const outcome of outcomes) {
      if (outcome.done) console.log(`${words[action].Done} ${outcome.queue}/${outcome.id}.`);
      else console.error(`taskwright: ${outcome.reason}`);
    }
  }
  return outcomes.every(({ done }) => done) ? exitCodes.fine : exitCodes.fault;
}

async function actOnAll(
  action: JobAction,
  options: ActOptions,
  states: readonly JobState[],
  operations: Operations,
): Promise<ExitCode> {
  const { limit, reason, json, dryRun, yes } = options;
  const filter = await readFilter(options, operations, states);
  let expected: number | undefined;
  // What deletes is counted first: the question says how many.
  if (dryRun || isFinal[action]) {
    const looking = await startProgress("Counting:", undefined);
    const counted = await operations
      .actOnAll(action, filter, { isDryRun: true, limit, onProgress: looking.show })
      .finally(() => looking.end());
    expected = counted.matched;
    if (dryRun || counted.matched === 0) {
      console.log(json ? JSON.stringify(counted) : `Would ${words[action].do} ${count(counted.matched, "job")}.`);
      return exitCodes.fine;
    }
    if (!(await confirm(questionOf(action, counted.matched), yes))) return exitCodes.fine;
  }
  const progress = await startProgress(words[action].Doing, expected);
  const outcome = await operations
    .actOnAll(action, filter, { limit, reason, onProgress: progress.show })
    .finally(() => progress.end());
  if (json) console.log(JSON.stringify(outcome));
  else tellOutcome(action, outcome);
  return Object.keys(outcome.refused).length === 0 ? exitCodes.fine : exitCodes.fault;
}

function tellOutcome(action: JobAction, { done, refused, isComplete }: BulkOutcome): void {
  const more = isComplete ? "" : " There may be more that fit.";
  console.log(`${words[action].Done} ${count(done, "job")}.${more}`);
  for (const [reason, n] of Object.entries(refused)) console.error(`taskwright: ${count(n, "job")} left: ${reason}`);
}

/** What cannot be taken back. */
const isFinal: Readonly<Record<JobAction, boolean>> = { retry: false, cancel: true, promote: false, remove: true };

const words = {
  retry: { do: "retry", Doing: "Retrying", Done: "Retried" },
  cancel: { do: "cancel", Doing: "Cancelling", Done: "Cancelled" },
  promote: { do: "promote", Doing: "Promoting", Done: "Promoted" },
  remove: { do: "remove", Doing: "Removing", Done: "Removed" },
} as const;

function questionOf(action: JobAction, jobs: number): string {
  return `${action === "cancel" ? "Cancel" : "Remove"} ${count(jobs, "job")} for good?`;
}

/** Of a table of jobs. `now` is in ms since 1970. */
function jobColumns(now: number): readonly Column<JobRow>[] {
  return [
    { title: "queue", of: ({ queue }) => queue },
    { title: "id", of: ({ id }) => id, isLong: true, paint: (text) => picocolors.bold(text) },
    { title: "task", of: ({ task }) => task, isLong: true },
    { title: "state", of: ({ state }) => state, paint: (text, { state }) => paintState(text, state) },
    { title: "tries", of: ({ attempts, mostAttempts }) => `${attempts}/${mostAttempts}`, isNumber: true },
    { title: "age", of: (job) => lengthOf(now - job.enqueuedAt), isNumber: true },
    { title: "when", of: (job) => when(job, now) },
    {
      title: "payload",
      of: ({ payload }) => JSON.stringify(payload) ?? "",
      isLong: true,
      paint: (text) => picocolors.dim(text),
    },
    {
      title: "error",
      of: ({ failedReason }) => failedReason ?? "",
      isLong: true,
      paint: (text) => picocolors.red(text),
    },
  ];
}

/** A state in its colour. */
export function paintState(text: string, state: JobState): string {
  switch (state) {
    case "dead":
      return picocolors.red(text);
    case "completed":
      return picocolors.green(text);
    case "active":
      return picocolors.cyan(text);
    case "cancelled":
      return picocolors.yellow(text);
    case "waiting":
    case "delayed":
      return text;
  }
}

function when({ state, endedAt, startedAt, dueAt }: JobRow, now: number): string {
  if (endedAt !== undefined) return `${lengthOf(now - endedAt)} ago`;
  if (state === "active" && startedAt !== undefined) return `for ${lengthOf(now - startedAt)}`;
  return dueAt === undefined ? "" : dueAt > now ? `in ${lengthOf(dueAt - now)}` : "due";
}

/** Text of a user's on its own line or lines: nothing in it moves the cursor but its line ends. */
export function safeLines(text: string): string[] {
  return text.split(/\r?\n/).map(visible);
}
