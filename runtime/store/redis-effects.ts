import type { Redis } from "ioredis";
import type { Begin, Cleared, EffectRecord, EffectRecords, Ended, RecordPlace } from "./effect-records.js";
import { redisClock } from "./redis-clock.js";

/**
 * The records on Redis: a hash each, and a set of the jobs that wait for it, on the hash tag of their queue. Each step is
 * one script, by Redis' own clock.
 */
export function redisEffects(client: Redis): EffectRecords {
  const run = (script: string, place: RecordPlace, ...args: (string | number)[]) =>
    client.eval(script, 2, recordKey(place), `${recordKey(place)}:waiting`, ...args);
  return {
    async begin(place, { owner, jobId, fingerprint, leaseMs, ttlMs, takesOver }) {
      const args = [owner, jobId, fingerprint, leaseMs, ttlMs, takesOver ? 1 : 0];
      return readBegin((await run(begin, place, ...args)) as [Begin["kind"], string, string | null]);
    },
    async renew(place, { owner, fence }, { leaseMs, ttlMs }) {
      return (await run(renew, place, owner, fence, leaseMs, ttlMs)) === 1;
    },
    async commit(place, { owner, fence, jobId, fingerprint }, result, ttlMs) {
      // An empty text is no JSON, so it can stand for none.
      const args = [owner, fence, jobId, fingerprint, result ?? "", ttlMs];
      return readEnded((await run(commit, place, ...args)) as [number, string[]]);
    },
    async release(place, { owner, fence }, as) {
      return readEnded((await run(release, place, owner, fence, as)) as [number, string[]]);
    },
    async read(place) {
      return readRecord((await run(read, place)) as (string | null)[]);
    },
    async clear(place, reason) {
      return (await run(clear, place, reason)) as Cleared;
    },
  };
}

function recordKey({ queue, recordId }: RecordPlace): string {
  return `{taskwright:${queue}}:idempotency:${recordId}`;
}

function readBegin([kind, first, second]: [Begin["kind"], string, string | null]): Begin {
  switch (kind) {
    case "begun":
      return { kind, fence: Number(first), isTakeover: second === "1" };
    case "busy":
      return { kind, jobId: first, forMs: Number(second) };
    case "done":
      return { kind, jobId: first, result: second || undefined };
    default:
      return { kind, jobId: first };
  }
}

function readEnded([isOurs, waiting]: [number, string[]]): Ended {
  return { isOurs: isOurs === 1, waiting };
}

function readRecord(fields: (string | null)[]): EffectRecord | undefined {
  const [state, jobId, fence, leasedUntil, changedAt, result, reason, now, ttlMs] = fields;
  if (state === null || state === undefined) return undefined;
  const isLapsed = state === "running" && Number(leasedUntil) <= Number(now);
  return {
    state: isLapsed ? "uncertain" : (state as EffectRecord["state"]),
    jobId: jobId ?? "",
    fence: Number(fence),
    leasedUntil: Number(leasedUntil),
    changedAt: Number(changedAt),
    expiresAt: Number(now) + Number(ttlMs),
    result: result || undefined,
    clearedBecause: reason || undefined,
  };
}

/*
 * In every script: KEYS: record, its waiting jobs. A record's fields: state, owner, job, fence, fingerprint, lease (its end
 * in ms since 1970), at, result, reason. A fence in microseconds stays exact in Lua's doubles until the year 2255.
 */

/** ARGV: owner, fence, …. Whether the attempt still has the key. */
const isOurs = `
local held = redis.call("HMGET", KEYS[1], "state", "owner", "fence")
local isOurs = held[2] == ARGV[1] and held[3] == ARGV[2]
`;

/** Tells who waits, once. */
const wake = `
local waiting = redis.call("SMEMBERS", KEYS[2])
redis.call("DEL", KEYS[2])
return { 1, waiting }
`;

/** ARGV: owner, job, fingerprint, lease, ttl, takes over. */
const begin = `
${redisClock}
local record = redis.call("HMGET", KEYS[1], "state", "owner", "job", "fence", "fingerprint", "lease", "result")
local state, owner, job, fence = record[1], record[2], record[3], record[4]
if state == "running" and owner == ARGV[1] then return { "begun", fence, "0" } end
local isOther = job ~= ARGV[2] and record[5] ~= ARGV[3]
if state == "done" then
  if isOther then return { "conflict", job } end
  return { "done", job, record[7] }
end
local isLapsed = false
if state == "running" then
  local left = tonumber(record[6]) - now
  if left > 0 then
    redis.call("SADD", KEYS[2], ARGV[2])
    redis.call("PEXPIRE", KEYS[2], ARGV[4] * 2)
    return { "busy", job, tostring(left) }
  end
  if isOther then return { "conflict", job } end
  if ARGV[6] == "0" then return { "uncertain", job } end
  isLapsed = true
end
local nextFence = string.format("%.0f", math.max((tonumber(fence) or 0) + 1, microseconds))
redis.call("DEL", KEYS[1])
redis.call("HSET", KEYS[1], "state", "running", "owner", ARGV[1], "job", ARGV[2], "fingerprint", ARGV[3],
  "fence", nextFence, "lease", string.format("%.0f", now + ARGV[4]), "at", string.format("%.0f", now))
redis.call("PEXPIRE", KEYS[1], ARGV[5])
return { "begun", nextFence, isLapsed and "1" or "0" }
`;

/** ARGV: owner, fence, lease, ttl. */
const renew = `
${redisClock}
${isOurs}
if not isOurs or held[1] ~= "running" then return 0 end
redis.call("HSET", KEYS[1], "lease", string.format("%.0f", now + ARGV[3]))
redis.call("PEXPIRE", KEYS[1], ARGV[4])
return 1
`;

/** ARGV: owner, fence, job, fingerprint, result, ttl. A record that is gone was lost, and nobody else has the key. */
const commit = `
${redisClock}
${isOurs}
if held[1] and not isOurs then return { 0, {} } end
if held[1] ~= "done" then
  redis.call("HSET", KEYS[1], "state", "done", "owner", ARGV[1], "fence", ARGV[2], "job", ARGV[3],
    "fingerprint", ARGV[4], "lease", "0", "at", string.format("%.0f", now), "result", ARGV[5])
  redis.call("PEXPIRE", KEYS[1], ARGV[6])
end
${wake}
`;

/** ARGV: owner, fence, free or uncertain. */
const release = `
${redisClock}
${isOurs}
if not isOurs or held[1] == "done" then return { 0, {} } end
redis.call("HSET", KEYS[1], "state", ARGV[3] == "free" and "free" or "running", "lease", "0",
  "at", string.format("%.0f", now))
${wake}
`;

const read = `
${redisClock}
local record = redis.call("HMGET", KEYS[1], "state", "job", "fence", "lease", "at", "result", "reason")
table.insert(record, tostring(now))
table.insert(record, tostring(redis.call("PTTL", KEYS[1])))
return record
`;

/** ARGV: reason. */
const clear = `
${redisClock}
local record = redis.call("HMGET", KEYS[1], "state", "lease")
if not record[1] then return "unknown" end
if record[1] == "running" and tonumber(record[2]) > now then return "running" end
redis.call("HDEL", KEYS[1], "owner", "fingerprint", "result")
redis.call("HSET", KEYS[1], "state", "free", "lease", "0", "at", string.format("%.0f", now), "reason", ARGV[1])
return "cleared"
`;
