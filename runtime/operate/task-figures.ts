import type { OperatorStore, StoredRow } from "../store/operator-store.js";
import type { Manifest } from "./manifest.js";

/** How the jobs of a task fare, from those that ended last and are still kept. */
export interface TaskFigures {
  readonly completed: EndedInSpan;
  /** The cancelled too. */
  readonly dead: EndedInSpan;
  /** Of the last attempt, from its start to its end; undefined when none completed. */
  readonly durationMs: Spread | undefined;
  /** From enqueue to the start of the last attempt, of jobs without a delay that needed one attempt; undefined: none. */
  readonly waitMs: Spread | undefined;
}

/** How many ended in the last so many milliseconds. */
export interface EndedInSpan {
  readonly count: number;
  /** Back to the oldest job that was looked at. */
  readonly spanMs: number;
}

/** Where most of some values are. */
export interface Spread {
  readonly median: number;
  readonly p95: number;
}

/** Jobs looked at, of each queue and outcome. */
const mostLookedAt = 500;

/**
 * The figures of `tasks`, by wire name; a task none of whose jobs was among those looked at is left out. `now` is in ms
 * since 1970.
 *
 * Looks at the latest 500 jobs of each queue that completed and 500 that died, so that it takes the same time however
 * many are kept.
 */
export async function readTaskFigures(
  tasks: readonly string[],
  manifest: Manifest,
  store: OperatorStore,
  now: number,
): Promise<Readonly<Record<string, TaskFigures>>> {
  const wanted = manifest.tasks.filter(({ name }) => tasks.includes(name));
  const queues = [...new Set(wanted.map(({ queue }) => queue))];
  const looks = queues.map(async (queue) => {
    const [completed, dead] = await Promise.all(
      (["completed", "failed"] as const).map((set) => lookBack(queue, set, store, now)),
    );
    return [queue, { completed, dead }] as const;
  });
  const byQueue = new Map(await Promise.all(looks));
  return Object.fromEntries(
    wanted.flatMap(({ name, queue }) => {
      const found = byQueue.get(queue);
      const own = { completed: ofTask(name, found?.completed), dead: ofTask(name, found?.dead) };
      if (own.completed.rows.length + own.dead.rows.length === 0) return [];
      return [[name, figuresOf(own.completed, own.dead)]];
    }),
  );
}

interface Look {
  readonly rows: readonly StoredRow[];
  readonly spanMs: number;
}

async function lookBack(queue: string, set: "completed" | "failed", store: OperatorStore, now: number): Promise<Look> {
  const { jobs } = await store.page(queue, { set, count: mostLookedAt });
  return { rows: jobs, spanMs: now - Math.min(now, ...jobs.map(({ endedAt = now }) => endedAt)) };
}

function ofTask(name: string, { rows, spanMs }: Look = { rows: [], spanMs: 0 }): Look {
  return { rows: rows.filter(({ task }) => task === name), spanMs };
}

function figuresOf(completed: Look, dead: Look): TaskFigures {
  const isPrompt = ({ attempts, options, scheduler }: StoredRow) =>
    attempts === 1 && (options.delay ?? 0) === 0 && scheduler === undefined;
  return {
    completed: { count: completed.rows.length, spanMs: completed.spanMs },
    dead: { count: dead.rows.length, spanMs: dead.spanMs },
    durationMs: spreadOf(completed.rows.map(({ startedAt, endedAt }) => between(startedAt, endedAt))),
    waitMs: spreadOf(
      completed.rows.filter(isPrompt).map(({ enqueuedAt, startedAt }) => between(enqueuedAt, startedAt)),
    ),
  };
}

function between(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : Math.max(0, to - from);
}

function spreadOf(values: readonly (number | undefined)[]): Spread | undefined {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return sorted.length === 0 ? undefined : { median: at(0.5), p95: at(0.95) };
}
