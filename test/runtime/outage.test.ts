import { once } from "node:events";
import { createServer } from "node:net";
import { inspect } from "node:util";
import { createTasks, createWorker, RedisUnavailable } from "taskwright";
import { expect, onTestFinished, test } from "vitest";
import { recordHooks, silentLogger, task } from "../support/project.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";

const catalog = { queues: {}, workflows: { w: { ping: { ...task(), name: "w:ping", queue: "outage" } } } };

async function ownRedis(): Promise<RedisServer> {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  return redis;
}

function client(redis: RedisServer) {
  const logger = silentLogger();
  const tasks = createTasks(catalog, { connection: redis.url, logger });
  onTestFinished(() => tasks.close());
  return { ping: tasks.w.ping, logger };
}

async function timed(call: () => Promise<unknown>): Promise<{ error: unknown; ms: number }> {
  const from = Date.now();
  const error = await call().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, ms: Date.now() - from };
}

test("while Redis is down a job is refused within a second, and enqueueing works again by itself", async () => {
  const redis = await ownRedis();
  const { ping, logger } = client(redis);
  await ping.enqueue();
  await redis.kill();
  const refused = { code: "TASKWRIGHT_REDIS_UNAVAILABLE", cause: { code: "ECONNREFUSED" } };
  // At first the cause may be that the connection broke.
  await expect.poll(() => timed(() => ping.enqueue()), { timeout: 5_000 }).toMatchObject({ error: refused });
  for (let time = 1; time <= 3; time += 1) {
    const { error, ms } = await timed(() => ping.enqueue());
    expect(error).toBeInstanceOf(RedisUnavailable);
    expect(error).toMatchObject(refused);
    expect(ms).toBeLessThan(1_000);
  }
  await redis.restart();
  await expect.poll(() => timed(() => ping.enqueue()), { timeout: 2_000 }).toMatchObject({ error: undefined });
  const told = logger.lines.map(({ message }) => message);
  expect(told).toEqual(["Redis cannot be reached; trying again", "Redis is back"]);
});

test("a client that was made while Redis was down works once it is there", async () => {
  const redis = await ownRedis();
  await redis.kill();
  const { ping } = client(redis);
  const { error, ms } = await timed(() => ping.enqueue());
  expect(error).toBeInstanceOf(RedisUnavailable);
  expect(ms).toBeLessThan(1_000);
  await redis.restart();
  await expect.poll(() => timed(() => ping.enqueue()), { timeout: 2_000 }).toMatchObject({ error: undefined });
});

test("a call that is given up before ioredis gives up says why too", async () => {
  const redis = await ownRedis();
  // Its commands wait for ever, and only who waits for them gives up.
  const { worker, logger } = startWorker(redis);
  await worker.start();
  await redis.kill();
  await expect
    .poll(() => logger.lines.map(({ message }) => message))
    .toContain("Redis cannot be reached; trying again");
  await expect
    .poll(() => worker.health(), { timeout: 5_000 })
    .toMatchObject({ isReady: false, reason: expect.stringContaining("ECONNREFUSED") });
  await redis.restart();
});

test("a Redis that is silent is given up within a second too", async () => {
  const redis = await ownRedis();
  const { ping } = client(redis);
  await ping.enqueue();
  redis.freeze();
  const { error, ms } = await timed(() => ping.enqueue());
  expect(error).toBeInstanceOf(RedisUnavailable);
  expect(ms).toBeLessThan(1_100);
  redis.thaw();
  await expect.poll(() => timed(() => ping.enqueue()), { timeout: 2_000 }).toMatchObject({ error: undefined });
});

function startWorker(redis: RedisServer) {
  const seen = recordHooks();
  const logger = silentLogger();
  const options = { connection: redis.url, logger, hooks: seen.hooks, grace: 0 };
  const worker = createWorker(catalog, { w: { ping: () => undefined } }, options);
  onTestFinished(() => worker.close());
  return { worker, seen, logger };
}

/** On an empty queue. An outage of that length once left BullMQ's workers dead for good. */
const longerThanAWorkerBlocksMs = 6_000;

/** Hangs up on everybody who connects to a port where Redis is away, until somebody still tries after that time. */
async function knockedInVainFor(port: number, ms: number): Promise<void> {
  const from = Date.now();
  const door = createServer((socket) => void socket.destroy());
  door.listen(port, "127.0.0.1");
  do await once(door, "connection");
  while (Date.now() - from < ms);
  door.close();
  await once(door, "close");
}

test("an idle worker takes jobs within two seconds of Redis' return", async () => {
  const redis = await ownRedis();
  const { ping } = client(redis);
  const { worker, seen, logger } = startWorker(redis);
  await worker.start();
  await ping.enqueue();
  await seen.until("onSuccess");
  await redis.kill();
  await knockedInVainFor(redis.port, longerThanAWorkerBlocksMs);
  await redis.restart();
  const backAt = Date.now();
  await expect.poll(() => timed(() => ping.enqueue()), { timeout: 2_000 }).toMatchObject({ error: undefined });
  await seen.until("onSuccess", 2);
  expect(Date.now() - backAt).toBeLessThan(2_000);
  expect(logger.lines.filter(({ level }) => level === "error")).toEqual([]);
  expect(logger.lines.filter(({ message }) => message.startsWith("Redis cannot"))).toHaveLength(1);
});

test("a worker that starts before Redis waits for it", async () => {
  const redis = await ownRedis();
  await redis.kill();
  const { worker, seen } = startWorker(redis);
  const starting = worker.start();
  await redis.restart();
  await starting;
  await client(redis).ping.enqueue();
  await seen.until("onSuccess");
});

test("a worker can be stopped while Redis is away", async () => {
  const redis = await ownRedis();
  const { worker } = startWorker(redis);
  await worker.start();
  await redis.kill();
  const { error, ms } = await timed(() => worker.close());
  expect(error).toBeUndefined();
  expect(ms).toBeLessThan(7_500);
});

test("a refused password is told as such, and shown nowhere", async () => {
  const redis = await startRedis({ args: ["--requirepass", "right"] });
  onTestFinished(() => redis.stop());
  const logger = silentLogger();
  const connection = redis.url.replace("redis://", "redis://:secret-guess@");
  const tasks = createTasks(catalog, { connection, logger });
  onTestFinished(() => tasks.close());
  const worker = createWorker(catalog, { w: { ping: () => undefined } }, { connection, logger });
  const running = worker.run();
  const { error } = await timed(() => tasks.w.ping.enqueue());
  await timed(() => tasks.w.ping.enqueue());
  expect(error).toBeInstanceOf(RedisUnavailable);
  expect((error as Error).message).toContain("WRONGPASS");
  await expect.poll(() => logger.lines.length).toBeGreaterThanOrEqual(2);
  await worker.close();
  await running;
  expect(logger.lines.filter(({ level }) => level === "error")).toEqual([]);
  expect(inspect([error, logger.lines], { depth: 20 })).not.toContain("secret-guess");
});
