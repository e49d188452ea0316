import type { Redis } from "ioredis";
import { numberIn, readHealthAndInfo } from "./redis-health.js";
import { keysOf } from "./redis-keys.js";
import type { LooseValue, RedisVitals, SlowCommand, StoreInspector } from "./store-inspector.js";

/** A doctor's questions to Redis. */
export function redisInspector(client: Redis): StoreInspector {
  return {
    vitals: () => readVitals(client),
    slowCommands: () => unlessRefused(readSlowCommands(client)),
    async elsewhere(names) {
      const isHere = await Promise.all(names.map((name) => servesKey(client, keysOf(name)("meta"))));
      return names.filter((_, n) => !isHere[n]);
    },
    async underDefaultPrefix(queue) {
      // On a cluster they may be on another node.
      if (!(await servesKey(client, `bull:${queue}:meta`))) return false;
      return (await client.exists(`bull:${queue}:meta`)) === 1;
    },
    async abandoned(queue) {
      const key = keysOf(queue);
      const [lookedAt, ...ids] = (await client.eval(abandoned, 1, key("active"), key(""))) as [number, ...string[]];
      return { ids, lookedAt };
    },
    looseUniqueValues: () => findLooseValues(client),
  };
}

async function readVitals(client: Redis): Promise<RedisVitals> {
  const [{ health, info }, save] = await Promise.all([
    readHealthAndInfo(client),
    unlessRefused(client.config("GET", "save") as Promise<string[]>),
  ]);
  const failedWrites = [
    ...(info.get("rdb_last_bgsave_status") === "err" ? ["snapshot"] : []),
    ...(info.get("aof_last_write_status") === "err" || info.get("aof_last_bgrewrite_status") === "err"
      ? ["append-only file"]
      : []),
  ];
  return {
    ...health,
    isReplica: info.get("role") === "slave",
    systemMemoryBytes: numberIn(info, "total_system_memory"),
    snapshots: save?.[1],
    failedWrites,
    rejectedConnections: numberIn(info, "rejected_connections"),
  };
}

/** Hosted Redis refuse some commands, and so may the rights of a user. */
async function unlessRefused<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && /^(NOPERM|ERR unknown (sub)?command)/i.test(error.message)) return undefined;
    throw error;
  }
}

async function readSlowCommands(client: Redis): Promise<readonly SlowCommand[]> {
  const entries = (await client.slowlog("GET", 128)) as [id: number, at: number, micros: number, words: string[]][];
  const [seconds = 0] = (await client.time()).map(Number);
  return entries
    .filter(([, at]) => seconds - at < 3_600)
    .map(([, at, micros, words]) => ({
      command: (words[0] ?? "").toUpperCase(),
      durationMs: micros / 1_000,
      at: at * 1_000,
    }))
    .sort((a, b) => b.durationMs - a.durationMs);
}

async function servesKey(client: Redis, key: string): Promise<boolean> {
  try {
    await client.exists(key);
    return true;
  } catch (error) {
    if (error instanceof Error && /^(MOVED|ASK|CLUSTERDOWN) /.test(error.message)) return false;
    throw error;
  }
}

const mostKeys = 2_000_000;
const mostValues = 1_000;

async function findLooseValues(client: Redis): ReturnType<StoreInspector["looseUniqueValues"]> {
  const values: LooseValue[] = [];
  let cursor = "0";
  let seen = 0;
  do {
    const [next, keys] = await client.scan(cursor, "MATCH", "{taskwright:*}:*:de:*", "COUNT", 5_000);
    values.push(...(await Promise.all(keys.map((key) => looseValue(client, key)))).flat());
    cursor = next;
    seen += 5_000;
  } while (cursor !== "0" && seen < mostKeys && values.length < mostValues);
  return { values, isComplete: cursor === "0" };
}

const uniqueKey = /^(\{taskwright:(.+)\}:\2:)de:/;

async function looseValue(client: Redis, key: string): Promise<LooseValue[]> {
  const [, prefix, queue] = uniqueKey.exec(key) ?? [];
  if (prefix === undefined || queue === undefined) return [];
  const found = (await client.eval(looseness, 1, key, prefix)) as [jobId: string, ttl: number] | null;
  if (found === null) return [];
  const [jobId, ttl] = found;
  return [{ queue, jobId, expiresInMs: ttl < 0 ? undefined : ttl }];
}

/** KEYS: active. ARGV: key prefix. The oldest come last in the list. */
const abandoned = `
local result = { 0 }
for _, id in ipairs(redis.call("LRANGE", KEYS[1], -1000, -1)) do
  result[1] = result[1] + 1
  if redis.call("EXISTS", ARGV[1] .. id .. ":lock") == 0 then result[#result + 1] = id end
end
return result
`;

/** KEYS: unique value. ARGV: key prefix. */
const looseness = `
local id = redis.call("GET", KEYS[1])
if not id then return nil end
local job = ARGV[1] .. id
if redis.call("EXISTS", job) == 1 and redis.call("HEXISTS", job, "finishedOn") == 0 then return nil end
return { id, redis.call("PTTL", KEYS[1]) }
`;
