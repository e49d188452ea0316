import type { BackendFactory, ConnectionOptions, IQueueBackend } from "bullmq";
import type { Redis } from "ioredis";
import type { Logger } from "../logger.js";
import type { JobOptions } from "../mapping/job-options.js";
import type { AuditTrail } from "./audit-trail.js";
import type { Backlog } from "./backlog.js";
import { parseConnection } from "./connection.js";
import type { Documents } from "./documents.js";
import type { EffectRecords } from "./effect-records.js";
import type { JobSteps } from "./job-steps.js";
import type { ReadNextRuns } from "./next-runs.js";
import type { OperatorStore } from "./operator-store.js";
import type { AddPrepared } from "./prepared-jobs.js";
import type { StoreQueue } from "./queue.js";
import { openRedisStore } from "./redis.js";
import type { StoreInspector } from "./store-inspector.js";
import type { WorkerRegistry } from "./worker-registry.js";

/**
 * Where the jobs are: `redis://`, `rediss://`, `embedded:` (in this process's memory), `embedded:./folder`, or an
 * ioredis instance, which stays yours to close.
 */
export type Connection = string | Redis;

/** A producer fails fast while the store is away; a worker waits for its return. */
export type StoreRole = "producer" | "worker";

/** What BullMQ's classes need to work on one queue. */
export interface QueueBinding {
  readonly options: {
    readonly connection: ConnectionOptions;
    readonly prefix: string;
    readonly skipVersionCheck?: boolean;
    readonly skipWaitingForReady?: boolean;
  };
  readonly backend: BackendFactory;
}

/** What BullMQ leaves for one idle worker where they all wait; who takes it takes the job or hands it back. */
export interface Marker {
  readonly member: string;
  /** 0, or the time in ms since 1970 when the next delayed job is due. */
  readonly score: number;
}

/** An open connection, of one kind or another, that any number of BullMQ queues and workers share. */
export interface Store {
  readonly kind: "redis" | "embedded";
  readonly steps: JobSteps;
  readonly workers: WorkerRegistry;
  /** What an operator asks for, loaded at the first call. */
  operator(): Promise<OperatorStore>;
  /** What a doctor asks for, loaded at the first call. */
  inspector(): Promise<StoreInspector>;
  readonly documents: Documents;
  readonly effects: EffectRecords;
  readonly audit: AuditTrail;
  bind(queue: string): QueueBinding;
  /** Costs the same however many jobs there are, except on the embedded store. */
  backlog(queue: string): Promise<Backlog>;
  readonly nextRuns: ReadNextRuns;
  /** See `prepareJobs`; always undefined where BullMQ's own way is the only one. */
  prepare(queue: StoreQueue, name: string, opts: JobOptions): Promise<AddPrepared | undefined>;
  /** Wakes a worker that sleeps because `queue` was empty, for the moves of BullMQ that don't. */
  wake(queue: StoreQueue): Promise<void>;
  /** Gives `marker` back to the queue of `backend`, for another worker to wake by. */
  handBack(backend: IQueueBackend, marker: Marker): Promise<void>;
  /**
   * What keeps the store from answering, when that is what `error` comes from; undefined when it is another matter.
   * The store has logged it, once for the whole outage. Without an error: what keeps it from answering now, if known.
   */
  outageBehind(error?: unknown): Error | undefined;
  /** Closes what this store opened, and nothing that it was given. */
  close(): Promise<void>;
}

/**
 * Opens the store that `connection` names.
 *
 * Resolves before a server has answered; a server that is away shows in the first call. Throws
 * UnsupportedConnection for anything else than `Connection` lists.
 */
export async function openStore(connection: unknown, role: StoreRole, logger: Logger): Promise<Store> {
  const target = parseConnection(connection);
  switch (target.kind) {
    case "redis":
      return openRedisStore(target.target, role, logger);
    case "embedded": {
      // Only a process that uses it loads PGlite.
      const { openInProcessStore } = await import("./in-process.js");
      return openInProcessStore(target.location);
    }
  }
}
