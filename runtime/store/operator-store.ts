import type { JobOptions } from "../mapping/job-options.js";

/**
 * What an operator asks of a store and BullMQ has no bounded or no single step for. Loaded by those alone who operate.
 *
 * Written for BullMQ's own keys and tables: a test runs each on both stores, and the BullMQ version is pinned.
 */
export interface OperatorStore {
  /** The next jobs of one set, and where to go on. Looks at `count` at most, however few of them are wanted. */
  page(queue: string, request: PageRequest): Promise<JobPage>;

  /** The time since which the longest waiting job could have run, in ms since 1970; undefined when none waits. */
  waitingSince(queue: string): Promise<number | undefined>;

  /** How many of the jobs that are kept ended since then, in ms since 1970. */
  countEnded(queue: string, outcome: "completed" | "failed", since: number): Promise<number>;

  /** What BullMQ's events still tell of a job, the oldest first. */
  events(queue: string, jobId: string): Promise<readonly StoredEvent[]>;

  /** Every queue under our prefix, declared or not. `isComplete` is false when there were too many keys to see all. */
  queueNames(): Promise<{ readonly names: readonly string[]; readonly isComplete: boolean }>;

  /**
   * Puts a dead job back with all its chances: attempts and crashes are counted anew. With `uniqueId` it takes that
   * value again, or is refused when another live job has it.
   */
  retry(queue: string, jobId: string, changes: JobChanges): Promise<ChangeStep>;

  /** Gives a job that neither runs nor is over another payload. With `uniqueId`, a live one takes that value instead. */
  edit(queue: string, jobId: string, payload: unknown, changes: JobChanges): Promise<ChangeStep>;

  health(): Promise<StoreHealth>;
}

/**
 * BullMQ's sets of jobs. Those that have ended come newest first; all others in the order in which they will run:
 * `wait`, the jobs without a priority, before `prioritized`.
 */
export type JobSet = "active" | "wait" | "prioritized" | "waiting-children" | "delayed" | "completed" | "failed";

/** Which part of a set to look at. */
export interface PageRequest {
  readonly set: JobSet;
  /** `next` of the page before, or the `place` of a job; absent: from the start. */
  readonly after?: string | undefined;
  readonly count: number;
  /** Wire names; absent: jobs of every task. */
  readonly tasks?: readonly string[] | undefined;
  /** The text that the payload's JSON must hold, in ASCII; a cheap way to pass over most jobs. */
  readonly text?: string | undefined;
  /** The text, in ASCII and lower case, that its id, the payload's JSON or a reason must hold, in whatever case. */
  readonly anywhere?: string | undefined;
  /** Of completed and failed jobs those that ended in this span, in ms since 1970. */
  readonly endedFrom?: number | undefined;
  readonly endedUntil?: number | undefined;
}

/** One look at a set. */
export interface JobPage {
  readonly jobs: readonly StoredRow[];
  /** Jobs that were looked at, wanted or not. */
  readonly scanned: number;
  /** Where to go on; undefined: the set is at its end. It stays right while jobs come and go. */
  readonly next: string | undefined;
}

/** What a list needs to know of a job. Times are in ms since 1970. */
export interface StoredRow {
  readonly id: string;
  /** For `after`, to go on behind this job. */
  readonly place: string;
  readonly task: string;
  readonly payload: unknown;
  /** BullMQ's own and ours, as they are stored. */
  readonly options: Partial<JobOptions>;
  readonly enqueuedAt: number;
  readonly dueAt: number | undefined;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** That have ended. */
  readonly attempts: number;
  readonly failedReason: string | undefined;
  /** Why it was cancelled; undefined: it was not. */
  readonly cancelReason: string | undefined;
  readonly scheduler: string | undefined;
}

/** One of BullMQ's events. */
export interface StoredEvent {
  /** In ms since 1970. */
  readonly at: number;
  readonly event: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** What an operator's step changes beside its main matter. */
export interface JobChanges {
  /** The value of `unique` that the job is to hold; undefined: leave it. */
  readonly uniqueId?: string | undefined;
  /** Of the contract that its payload was checked against. */
  readonly version?: number | undefined;
  /** In ms since 1970. */
  readonly deadlineAt?: number | undefined;
}

/** `held`: the other live job that has the unique value. `state`: the job is in none that the step is for. */
export type ChangeStep =
  | { readonly kind: "changed" | "unknown" | "state" | "cancelled" }
  | { readonly kind: "held"; readonly holder: string };

/** The store as a whole. What a store has not is undefined. */
export interface StoreHealth {
  readonly kind: "redis" | "embedded";
  /** Of Redis, or of PostgreSQL. */
  readonly version: string;
  readonly usedMemoryBytes: number | undefined;
  /** Undefined: no limit. */
  readonly maxMemoryBytes: number | undefined;
  readonly maxMemoryPolicy: string | undefined;
  readonly isAppendOnly: boolean | undefined;
  readonly isCluster: boolean | undefined;
  readonly clients: number | undefined;
  readonly maxClients: number | undefined;
  readonly uptimeMs: number | undefined;
  readonly commandsPerSecond: number | undefined;
  /** The store's clock less ours; the way there and back counts half. */
  readonly clockSkewMs: number;
  /** The time for one question and its answer. */
  readonly roundTripMs: number;
}

/** A job's stored options with `changes` made to them. Pure. */
export function changeOptions<Options extends object>(stored: Options, { version, deadlineAt }: JobChanges): Options {
  const ours = ("taskwright" in stored ? stored.taskwright : undefined) as
    | Partial<JobOptions["taskwright"]>
    | undefined;
  if (ours === undefined || (version === undefined && deadlineAt === undefined)) return stored;
  const { deadlineMs, ...kept } = ours;
  return {
    ...stored,
    taskwright: {
      ...kept,
      ...(version !== undefined && { version }),
      // A time of its own takes the place of one that is counted from the schedule's tick.
      ...(deadlineAt !== undefined ? { deadlineAt } : deadlineMs !== undefined && { deadlineMs }),
    },
  };
}
