import type { Redis } from "ioredis";
import type { StoreHealth } from "./operator-store.js";

/** Redis as a whole, as it tells of itself. */
export async function readHealth(client: Redis): Promise<StoreHealth> {
  return (await readHealthAndInfo(client)).health;
}

/** The same, with the answer to `INFO` that it comes from. */
export async function readHealthAndInfo(
  client: Redis,
): Promise<{ readonly health: StoreHealth; readonly info: ReadonlyMap<string, string> }> {
  const looks = [await readClock(client), await readClock(client), await readClock(client)];
  // The fastest says it most exactly: the first one may have waited for the connection.
  const { clockSkewMs, roundTripMs } = looks.reduce((best, look) =>
    look.roundTripMs < best.roundTripMs ? look : best,
  );
  const info = await readInfo(client);
  const uptimeS = numberIn(info, "uptime_in_seconds");
  const health: StoreHealth = {
    kind: "redis",
    version: info.get("redis_version") ?? "unknown",
    usedMemoryBytes: numberIn(info, "used_memory"),
    maxMemoryBytes: numberIn(info, "maxmemory") || undefined,
    maxMemoryPolicy: info.get("maxmemory_policy"),
    isAppendOnly: info.get("aof_enabled") === undefined ? undefined : info.get("aof_enabled") === "1",
    isCluster: info.get("cluster_enabled") === "1",
    clients: numberIn(info, "connected_clients"),
    maxClients: numberIn(info, "maxclients"),
    uptimeMs: uptimeS === undefined ? undefined : uptimeS * 1_000,
    commandsPerSecond: numberIn(info, "instantaneous_ops_per_sec"),
    clockSkewMs,
    roundTripMs,
  };
  return { health, info };
}

async function readClock(client: Redis): Promise<Pick<StoreHealth, "clockSkewMs" | "roundTripMs">> {
  const from = Date.now();
  const [seconds = 0, microseconds = 0] = (await client.time()).map(Number);
  const roundTripMs = Date.now() - from;
  const clockSkewMs = Math.round(seconds * 1_000 + microseconds / 1_000 - (from + roundTripMs / 2));
  return { clockSkewMs, roundTripMs };
}

/** What `INFO` says, by name. Hosted Redis leave some of it out. */
async function readInfo(client: Redis): Promise<ReadonlyMap<string, string>> {
  const lines = (await client.info()).split(/\r?\n/);
  return new Map(
    lines.flatMap((line) => {
      const colon = line.indexOf(":");
      return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)] as const] : [];
    }),
  );
}

/** A figure of `INFO`; undefined when it is left out. */
export function numberIn(info: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = info.get(name);
  return text === undefined ? undefined : Number(text);
}
