import type { StoreHealth } from "./operator-store.js";

/**
 * What a doctor asks of a store. Every question is bounded, and says when it has not looked at all; loaded by those alone
 * who ask.
 */
export interface StoreInspector {
  /** Redis itself; undefined on an embedded store, which has nothing of it. */
  vitals(): Promise<RedisVitals | undefined>;

  /** Of the last 128 that Redis noted, those of the last hour, the slowest first; undefined: this user may not ask. */
  slowCommands(): Promise<readonly SlowCommand[] | undefined>;

  /** The queues of `names` whose keys another node of the Redis Cluster has. */
  elsewhere(names: readonly string[]): Promise<readonly string[]>;

  /** Whether raw BullMQ has something in a queue of this name, under the prefix that it takes by default. */
  underDefaultPrefix(queue: string): Promise<boolean>;

  /** Jobs that count as running and that no worker holds: it died, or is out of touch. */
  abandoned(queue: string): Promise<AbandonedJobs>;

  /** Unique values that are held for a job that is gone or has ended. */
  looseUniqueValues(): Promise<LooseValues>;
}

/** Redis as a doctor sees it. What it doesn't tell, or this user may not ask, is undefined. */
export interface RedisVitals extends StoreHealth {
  readonly isReplica: boolean;
  /** Of the machine. */
  readonly systemMemoryBytes: number | undefined;
  /** As `save` of its configuration: seconds and changes in pairs; empty: no snapshots. */
  readonly snapshots: string | undefined;
  /** What of the last attempt to write to the disk went wrong: `snapshot`, `append-only file`. */
  readonly failedWrites: readonly string[];
  /** Since it started. */
  readonly rejectedConnections: number | undefined;
}

/** A command that held Redis up. */
export interface SlowCommand {
  /** Its name alone: its arguments may hold payloads. */
  readonly command: string;
  readonly durationMs: number;
  /** In ms since 1970, by the clock of Redis. */
  readonly at: number;
}

/** Jobs without a lock, of those that were looked at. */
export interface AbandonedJobs {
  /** Job ids. */
  readonly ids: readonly string[];
  readonly lookedAt: number;
}

/** Unique values without a live job. */
export interface LooseValues {
  readonly values: readonly LooseValue[];
  /** False: there were too many keys to see all. */
  readonly isComplete: boolean;
}

/** A unique value without a live job. */
export interface LooseValue {
  readonly queue: string;
  readonly jobId: string;
  /** Until Redis frees it, in ms; undefined: BullMQ frees it when the next job with the value comes, unless its job has only ended. */
  readonly expiresInMs: number | undefined;
}
