import { createHash, randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { hostname } from "node:os";
import type { QueueOfTasks } from "../catalog.js";
import type { DispatchOrder } from "../dispatch/dispatch.js";
import type { Logger } from "../logger.js";
import type { Store } from "../store/store.js";
import type { WorkerSettings } from "./options.js";
import type { RunningAttempts, RunningJob } from "./running-attempts.js";

/** Whether a worker takes jobs: `suspended` by SIGTSTP or `suspend()`, `stopping` by SIGTERM or `close()`. */
export type WorkerState = "fetching" | "suspended" | "stopping";

/** One worker process, as it tells of itself every few seconds. Times are in ms since 1970, on its own clock. */
export interface WorkerPresence {
  /** New at every start. */
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Of Taskwright. */
  readonly version: string;
  /** Differs between workers that were compiled from different declarations; of contracts it knows the version alone. */
  readonly catalog: string;
  readonly state: WorkerState;
  readonly queues: readonly { readonly name: string; readonly weight: number }[];
  /** Its slots, over all its queues. */
  readonly concurrency: number;
  readonly dispatch: DispatchOrder;
  readonly startedAt: number;
  /** When it told this. */
  readonly seenAt: number;
  /** Jobs that run in it now. */
  readonly runningCount: number;
  /** Those that have run longest, at most 50. */
  readonly running: readonly RunningJob[];
}

/** What tells that this worker lives. */
export interface PresenceBeat {
  /** Tells it now, since `state` has changed. */
  tell(state: WorkerState): void;
  /** Takes the worker off the list. Never rejects. */
  end(): Promise<void>;
}

/**
 * Tells every `heartbeatMs` that this worker lives, until `end`. One that is silent for three times that is no longer
 * listed. Nothing waits for it, and while the store is away nothing piles up.
 */
export function startPresence(
  store: Store,
  all: readonly QueueOfTasks[],
  settings: WorkerSettings,
  running: RunningAttempts,
  logger: Logger,
): PresenceBeat {
  const { heartbeatMs, concurrency, dispatch } = settings;
  const constant = {
    id: randomUUID(),
    host: hostname(),
    pid: process.pid,
    version: ownVersion(),
    catalog: fingerprint(all),
    queues: settings.queues.map(({ name, weight }) => ({ name, weight })),
    concurrency,
    dispatch,
    startedAt: Date.now(),
  };
  let state: WorkerState = "fetching";
  let isWriting = false;
  let isStale = false;
  let isOver = false;

  function write(): void {
    if (isOver) return;
    isStale = isWriting;
    if (isWriting) return;
    isWriting = true;
    const jobs = [...running.list()].sort((a, b) => a.since - b.since);
    const varying = { state, seenAt: Date.now(), runningCount: jobs.length, running: jobs.slice(0, mostListed) };
    const presence: WorkerPresence = { ...constant, ...varying };
    store.workers
      .write(constant.id, JSON.stringify(presence), heartbeatMs * missedBeats)
      .catch((err: unknown) => {
        if (store.outageBehind(err) === undefined) logger.warn({ err }, "the worker could not tell that it lives");
      })
      .finally(() => {
        isWriting = false;
        if (isStale) write();
      });
  }

  const timer = setInterval(write, heartbeatMs).unref();
  write();
  return {
    tell(now) {
      // Nothing resumes a worker that stops.
      if (state !== "stopping") state = now;
      write();
    },
    async end() {
      isOver = true;
      clearInterval(timer);
      await store.workers.remove(constant.id).catch((err: unknown) => {
        if (store.outageBehind(err) === undefined) logger.warn({ err }, "the worker stays listed for some seconds");
      });
    },
  };
}

/** The workers that are there now, the one that has run longest first; one that died is listed for some seconds more. */
export async function listWorkers(store: Store): Promise<readonly WorkerPresence[]> {
  const notes = await store.workers.list();
  return notes.flatMap(readNote).sort((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1));
}

const missedBeats = 3;
const mostListed = 50;

/** One that is not as we write them, by whatever version or program it was written, is left out. */
function readNote(note: string): WorkerPresence[] {
  try {
    const value: unknown = JSON.parse(note);
    return isPresence(value) ? [value] : [];
  } catch {
    return [];
  }
}

function isPresence(value: unknown): value is WorkerPresence {
  if (typeof value !== "object" || value === null) return false;
  const members = new Map<string, unknown>(Object.entries(value));
  const are = (type: string, names: readonly string[]) => names.every((name) => typeof members.get(name) === type);
  return (
    are("string", ["id", "host", "version", "catalog", "state", "dispatch"]) &&
    are("number", ["pid", "concurrency", "startedAt", "seenAt", "runningCount"]) &&
    Array.isArray(members.get("queues")) &&
    Array.isArray(members.get("running"))
  );
}

/** Validators are functions, and so are left out. */
function fingerprint(all: readonly QueueOfTasks[]): string {
  const byName = [...all].sort((a, b) => (a.name < b.name ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(byName)).digest("hex").slice(0, 12);
}

function ownVersion(): string {
  try {
    const { version } = createRequire(import.meta.url)("taskwright/package.json") as { readonly version: string };
    return version;
  } catch {
    // Bundled into another program.
    return "unknown";
  }
}
