/**
 * The records that keep an effect from happening twice: one for each key of a task, beside the jobs of its queue.
 *
 * A record is `running`, held by one attempt until its lease ends, `done` with the result, or `free` after a failure.
 * Its fence grows with every attempt, so that whoever receives the effect can refuse one that came too late. Each step is
 * atomic and uses the store's own clock. Those of an attempt may be sent twice, as clients do after an outage: the second
 * says what the first said.
 */
export interface EffectRecords {
  /** Takes the key for an attempt, or says why it can't. */
  begin(place: RecordPlace, claim: Claim): Promise<Begin>;
  /** Lengthens the lease from now. False: somebody else has the key. */
  renew(place: RecordPlace, hold: Hold, lease: LeaseTimes): Promise<boolean>;
  /** Notes that the effect is done, for good. `isOurs` false: somebody else had taken the key, and nothing was noted. */
  commit(place: RecordPlace, hold: Hold, result: string | undefined, ttlMs: number): Promise<Ended>;
  /** Gives the key back; what is `uncertain` may be taken only as after a crash. */
  release(place: RecordPlace, hold: Hold, as: "free" | "uncertain"): Promise<Ended>;
  /** The record as it is; undefined when there is none. */
  read(place: RecordPlace): Promise<EffectRecord | undefined>;
  /** Makes the key free, and notes why. `running`: an attempt holds it, so nothing was changed. */
  clear(place: RecordPlace, reason: string): Promise<Cleared>;
}

/** Where a record is. */
export interface RecordPlace {
  readonly queue: string;
  /** See Effect. */
  readonly recordId: string;
}

/** How long an attempt holds its key, and how long the record is kept from now. */
export interface LeaseTimes {
  readonly leaseMs: number;
  readonly ttlMs: number;
}

/** An attempt. */
export interface Claimant {
  /** Of this attempt alone. */
  readonly owner: string;
  readonly jobId: string;
  readonly fingerprint: string;
}

/** An attempt that asks for a key. */
export interface Claim extends Claimant, LeaseTimes {
  /** Whether it wants a key whose last attempt never told its end. */
  readonly takesOver: boolean;
}

/** An attempt that has a key. */
export interface Hold extends Claimant {
  readonly fence: number;
}

/** What an attempt finds; `jobId` is the job that has the record. */
export type Begin =
  | { readonly kind: "begun"; readonly fence: number; readonly isTakeover: boolean }
  /** Another attempt holds the key, for `forMs` more. Its end tells of those that wait. */
  | { readonly kind: "busy"; readonly jobId: string; readonly forMs: number }
  /** `result` is JSON text; undefined when there was none. */
  | { readonly kind: "done"; readonly jobId: string; readonly result: string | undefined }
  /** The last attempt never told its end, and the claim doesn't take over. */
  | { readonly kind: "uncertain"; readonly jobId: string }
  /** The key stands for another payload. */
  | { readonly kind: "conflict"; readonly jobId: string };

/** What the end of a hold has found. */
export interface Ended {
  readonly isOurs: boolean;
  /** Ids of the jobs that found the key busy meanwhile. */
  readonly waiting: readonly string[];
}

/** A record. Times are in ms since 1970, by the store's clock. */
export interface EffectRecord {
  /** `uncertain`: an attempt held it and never told its end. */
  readonly state: "running" | "uncertain" | "done" | "free";
  readonly jobId: string;
  readonly fence: number;
  /** Of the lease; 0 when nobody holds it. */
  readonly leasedUntil: number;
  /** Of the last change but for renewals. */
  readonly changedAt: number;
  /** When it is forgotten. */
  readonly expiresAt: number;
  /** JSON text, of a `done` one. */
  readonly result: string | undefined;
  /** Why somebody made it free. */
  readonly clearedBecause: string | undefined;
}

/** What became of a clearing. */
export type Cleared = "cleared" | "running" | "unknown";
