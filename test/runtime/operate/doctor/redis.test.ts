import { rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { expect, onTestFinished, test, vi } from "vitest";
import { examined, redisWith } from "./patients.js";

function clientOf(url: string): Redis {
  const client = new Redis(url);
  onTestFinished(() => client.disconnect());
  return client;
}

test("redis-version: one that BullMQ can't work on is an error", async () => {
  const { url, port } = await redisWith();
  expect(await examined(url, "redis-version")).toMatchObject([{ level: "ok" }]);
  const old = await throughRelay(port, (text) => text.replace(/redis_version:\d+\.\d/, "redis_version:6.0"));
  expect(await examined(old, "redis-version")).toMatchObject([
    { level: "error", found: expect.stringContaining("Redis is 6.0.") },
  ]);
});

test("writable: a replica is an error", async () => {
  const primary = await redisWith();
  expect(await examined(primary.url, "writable")).toMatchObject([{ level: "ok" }]);
  const replica = await redisWith("--replicaof", "127.0.0.1", String(primary.port));
  expect(await examined(replica.url, "writable")).toMatchObject([{ level: "error" }]);
});

test("cluster: an error where another node has a queue's keys, a warning where this one has them all", async () => {
  const { url } = await redisWith("--cluster-enabled", "yes");
  const client = clientOf(url);
  await client.cluster("ADDSLOTSRANGE", 0, 1);
  expect(await examined(url, "cluster")).toMatchObject([
    { level: "error", found: expect.stringContaining("the keys of q are on another one") },
  ]);
  await client.cluster("ADDSLOTSRANGE", 2, 16_383);
  await vi.waitFor(async () => expect(await client.cluster("INFO")).toContain("cluster_state:ok"), 10_000);
  expect(await examined(url, "cluster")).toMatchObject([{ level: "warning" }]);
  const single = await redisWith();
  expect(await examined(single.url, "cluster")).toMatchObject([{ level: "ok" }]);
});

test.each([
  [["--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru"], "error", "maxmemory-policy is allkeys-lru."],
  [["--maxmemory-policy", "volatile-ttl"], "warning", "without a maxmemory it does nothing yet"],
  [["--maxmemory", "50mb"], "ok", "noeviction"],
] as const)("eviction: %j is %s", async (settings, level, found) => {
  const { url } = await redisWith(...settings);
  expect(await examined(url, "eviction")).toMatchObject([{ level, found: expect.stringContaining(found) }]);
});

test.each([
  [["--save", "", "--appendonly", "no"], "error", "Nothing is written to disk"],
  [["--save", "60 100"], "warning", "Only snapshots are written (save 60 100)"],
  [["--appendonly", "yes"], "ok", "append-only file"],
] as const)("persistence: %j is %s", async (settings, level, found) => {
  const { url } = await redisWith(...settings);
  expect(await examined(url, "persistence")).toMatchObject([{ level, found: expect.stringContaining(found) }]);
});

test("persistence: a snapshot that failed is an error", async () => {
  const { url, kill } = await redisWith("--save", "3600 1");
  // One that cannot save refuses to be ended in another way.
  onTestFinished(kill);
  const client = clientOf(url);
  const [, folder = ""] = (await client.config("GET", "dir")) as string[];
  rmSync(folder, { recursive: true });
  await client.bgsave();
  await vi.waitFor(async () => expect(await client.info()).toContain("rdb_last_bgsave_status:err"), 10_000);
  expect(await examined(url, "persistence")).toMatchObject([
    { level: "error", found: "Redis failed to write its snapshot the last time." },
    { level: "warning" },
  ]);
});

test("memory: from three quarters on a warning, from nine tenths on an error", async () => {
  const { url } = await redisWith("--maxmemory", "20mb");
  const client = clientOf(url);
  expect(await examined(url, "memory")).toMatchObject([{ level: "ok" }]);
  await fillTo(client, 16);
  expect(await examined(url, "memory")).toMatchObject([
    { level: "warning", found: expect.stringMatching(/ of 20 MB \(8\d %\) of maxmemory/) },
  ]);
  await fillTo(client, 18.5);
  expect(await examined(url, "memory")).toMatchObject([{ level: "error" }]);
});

test("clients: little room is a warning, next to none an error, and refused connections are told", async () => {
  const { url } = await redisWith("--maxclients", "20");
  expect(await examined(url, "clients")).toMatchObject([{ level: "ok" }]);
  await open(url, 16);
  expect(await examined(url, "clients")).toMatchObject([
    { level: "warning", found: expect.stringMatching(/^Open connections: 1\d of at most 20\.$/) },
  ]);
  await open(url, 3);
  expect(await examined(url, "clients")).toMatchObject([{ level: "error" }]);
});

test("clock: one that is a minute behind is an error", async () => {
  const { url } = await redisWith();
  expect(await examined(url, "clock")).toMatchObject([{ level: "ok" }]);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
  onTestFinished(() => void vi.useRealTimers());
  expect(await examined(url, "clock")).toMatchObject([
    { level: "error", found: "The clock of Redis is 60 s behind this machine's." },
  ]);
});

test("slow-commands: those of the last hour are told by name, without their arguments", async () => {
  const { url } = await redisWith("--enable-debug-command", "yes");
  expect(await examined(url, "slow-commands")).toMatchObject([{ level: "ok" }]);
  await clientOf(url).call("DEBUG", "SLEEP", "0.15");
  expect(await examined(url, "slow-commands")).toMatchObject([
    {
      level: "warning",
      found: expect.stringMatching(/^1 command .* 100 ms or longer: DEBUG, the longest 1\d\d ms\.$/),
    },
  ]);
});

test("slow-commands: what a user may not ask is told as not looked at", async () => {
  const { url, port } = await redisWith();
  await clientOf(url).call("ACL", "SETUSER", "ada", "on", ">secret", "~*", "&*", "+@all", "-slowlog", "-config");
  expect(await examined(`redis://ada:secret@127.0.0.1:${port}`, "slow-commands")).toMatchObject([{ level: "skipped" }]);
});

test("prefix: a queue that another program uses by BullMQ's own prefix is a warning", async () => {
  const { url, port } = await redisWith();
  expect(await examined(url, "prefix")).toMatchObject([{ level: "ok" }]);
  const other = new Queue("q", { connection: { port } });
  onTestFinished(() => other.close());
  await other.add("anything", {});
  expect(await examined(url, "prefix")).toMatchObject([
    { level: "warning", found: "Another program uses BullMQ's own prefix `bull` for q." },
  ]);
});

async function fillTo(client: Redis, megabytes: number): Promise<void> {
  for (let n = 0; ; n += 1) {
    const used = Number(/used_memory:(\d+)/.exec(await client.info("memory"))?.[1]);
    if (used >= megabytes * 1_048_576) return;
    await client.set(`filling:${megabytes}:${n}`, "x".repeat(200_000));
  }
}

async function open(url: string, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => clientOf(url).ping()));
}

/** The URL of a Redis whose answers are changed on their way, none in its length. */
async function throughRelay(port: number, change: (text: string) => string): Promise<string> {
  const relay = createServer((socket) => {
    const redis = connect(port, "127.0.0.1");
    socket.pipe(redis);
    redis.on("data", (chunk) => socket.write(change(chunk.toString("latin1")), "latin1"));
    redis.on("close", () => socket.destroy());
    socket.on("close", () => redis.destroy());
  });
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void relay.close());
  const address = relay.address();
  if (address === null || typeof address === "string") throw new Error("A TCP listener has no port.");
  return `redis://127.0.0.1:${address.port}`;
}
