import type { RedisVitals } from "../../store/store-inspector.js";
import { type Check, type Finding, fine, list } from "./check.js";

/** What a crash of Redis would take along. */
export const persistence: Check = {
  name: "persistence",
  notOnEmbedded: "a folder keeps everything, and memory is meant to keep nothing",
  async examine({ vitals }) {
    const seen = await vitals();
    const failed = seen.failedWrites.length === 0 ? [] : [failedWrite(seen.failedWrites)];
    const lasting = describe(seen);
    return failed.length > 0 && lasting.level === "ok" ? failed : [...failed, lasting];
  },
};

function failedWrite(what: readonly string[]): Finding {
  return {
    level: "error",
    found: `Redis failed to write its ${list(what)} the last time.`,
    why: "Until that is mended it may refuse every write, and a crash loses all since the last one that worked.",
    wayOut: "Look into its log: the disk may be full, or its folder gone or not writable.",
  };
}

function describe({ isAppendOnly, snapshots }: RedisVitals): Finding {
  if (isAppendOnly === undefined) return { level: "skipped", found: "Redis doesn't tell how it is persisted." };
  const [ok] = fine("Every write goes to the append-only file.");
  if (isAppendOnly && ok !== undefined) return ok;
  const wayOut = "CONFIG SET appendonly yes, then `appendonly yes` in redis.conf.";
  if (snapshots === "") {
    return {
      level: "error",
      found: "Nothing is written to disk: no append-only file, and no snapshots.",
      why: "When Redis restarts, every job, schedule and idempotency record is gone.",
      wayOut,
    };
  }
  const every = snapshots === undefined ? "" : ` (save ${snapshots})`;
  return {
    level: "warning",
    found: `Only snapshots are written${every}, no append-only file.`,
    why: "A crash loses all jobs since the last snapshot, and runs again what has been done since.",
    wayOut,
  };
}
