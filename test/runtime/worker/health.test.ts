import { once } from "node:events";
import { createServer } from "node:net";
import { Redis } from "ioredis";
import { Registry } from "prom-client";
import { CannotServe, createTasks, createWorker, type WorkerOptions } from "taskwright";
import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openQueue } from "../../../runtime/store/queue.js";
import { openStore } from "../../../runtime/store/store.js";
import { startProgram } from "../../support/program.js";
import { deferred, openProject, redisOfThisFile, silentLogger, stores, task } from "../../support/project.js";
import { startRedisProxy } from "../../support/redis-proxy.js";
import { startRedis } from "../../support/redis-server.js";
import { sampleOf, urlOf } from "../../support/scrape.js";
import { catalogOf } from "../programs/catalog.js";

const serve = { port: 0, host: "127.0.0.1" };

/** An embedded store computes in this very process, and may keep it busy for seconds. */
async function ask(
  url: string,
  path: string,
  withinMs = 20_000,
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(withinMs) });
  return { status: response.status, text: (await response.text()).trim() };
}

describe.each(stores)("on $store", ({ connection }) => {
  let open: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => open.close());

  test("it is ready while it fetches, and neither suspended nor stopping", async () => {
    const project = await openProject(connection(), { work: task() });
    const [begun, release] = [deferred(), deferred()];
    const { worker } = await project.work(
      {
        work: async () => {
          begun.resolve();
          await release.promise;
        },
      },
      { serve },
    );
    const url = urlOf(project.logger);
    expect(await ask(url, "/readyz")).toEqual({ status: 200, text: "ready" });
    expect(await ask(url, "/healthz?from=kubelet")).toEqual({ status: 200, text: "alive" });
    worker.suspend();
    expect(await ask(url, "/readyz")).toEqual({ status: 503, text: "The worker is suspended." });
    expect(await ask(url, "/healthz")).toMatchObject({ status: 200 });
    worker.resume();
    expect(await ask(url, "/readyz")).toMatchObject({ status: 200 });
    await project.tasks.work.enqueue();
    await begun.promise;
    const closing = worker.close({ graceMs: 10_000 });
    expect(await ask(url, "/readyz")).toEqual({ status: 503, text: "The worker is stopping." });
    release.resolve();
    await closing;
    expect(await worker.health()).toEqual({ isReady: false, reason: "The worker is stopping." });
    await expect(ask(url, "/healthz")).rejects.toThrow();
  });

  test("neither a paused queue, nor a full pool, nor a limit is being stuck", async () => {
    const limited = { limits: { concurrency: 1 } };
    const [paused, full, held] = await Promise.all([
      openProject(connection(), { work: task() }),
      openProject(connection(), { work: task() }),
      openProject(connection(), { work: task() }, limited),
    ]);
    const store = await openStore(connection(), "producer", silentLogger());
    onTestFinished(() => store.close());
    const queue = openQueue(store, paused.queue, silentLogger());
    onTestFinished(() => queue.close());
    await queue.pause();
    const release = deferred();
    const work = { work: () => release.promise };
    const workers = await Promise.all([
      paused.work(work, { stuckAfter: 300 }),
      full.work(work, { stuckAfter: 300, concurrency: 1 }),
      held.work(work, { stuckAfter: 300 }),
    ]);
    for (const project of [paused, full, held]) await project.tasks.work.enqueueMany([{}, {}]);
    const [, first, second] = workers;
    await Promise.all([first?.seen.until("onStart"), second?.seen.until("onStart")]);
    // A store that is slow to hand out the first of them looks stuck until then.
    for (const { worker } of workers) {
      await expect.poll(() => worker.health(), { timeout: 20_000 }).toEqual({ isReady: true });
    }
    const told = [paused, full, held].map(({ logger }) => ({ logger, from: logger.lines.length }));
    // A job of another queue becomes due three times as late as it would take to be noticed.
    const other = await openProject(connection(), { work: task() });
    const { seen } = await other.work({ work: () => undefined });
    await other.tasks.work.enqueue(undefined, { delay: "1s" });
    await seen.until("onSuccess");
    for (const { worker } of workers) expect(await worker.health()).toEqual({ isReady: true });
    for (const { logger, from } of told) {
      expect(logger.lines.slice(from).filter(({ level }) => level === "error")).toEqual([]);
    }
    release.resolve();
  });
});

/** A worker whose connection on which it waits for jobs is half dead, while all others are well. */
async function openDeaf(options: Partial<WorkerOptions> = { serve }) {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const proxy = await startRedisProxy(redis.port);
  onTestFinished(() => proxy.close());
  const project = await openProject(proxy.url, { work: task() });
  const { worker, seen } = await project.work({ work: () => undefined }, { ...options, stuckAfter: 900 });
  await project.tasks.work.enqueue();
  await seen.until("onSuccess");
  proxy.silenceWaits();
  return { project, worker, seen, url: urlOf(project.logger), endSilence: proxy.endSilence };
}

test("a worker that cannot take jobs although they wait is told to be stuck, until it takes them again", async () => {
  const { project, worker, seen, url, endSilence } = await openDeaf();
  await project.tasks.work.enqueueMany([{}, {}]);
  await expect.poll(() => worker.health(), { timeout: 5_000 }).toMatchObject({ isReady: false });
  expect(await ask(url, "/readyz")).toEqual({
    status: 503,
    text: `Jobs of ${project.queue} wait and slots are free, yet none is taken.`,
  });
  expect(await ask(url, "/healthz")).toMatchObject({ status: 200 });
  const scraped = await (await fetch(`${url}/metrics`)).text();
  expect(sampleOf(scraped, "taskwright_worker_stuck", { queue: project.queue })).toBe(1);
  expect(sampleOf(scraped, "taskwright_worker_ready")).toBe(0);
  expect(project.logger.lines).toContainEqual(
    expect.objectContaining({
      level: "error",
      message: "jobs wait and slots are free, yet none is taken",
      fields: expect.objectContaining({ queue: project.queue, waiting: 2 }),
    }),
  );
  endSilence();
  await seen.until("onSuccess", 3);
  await expect.poll(() => ask(url, "/readyz"), { timeout: 5_000 }).toMatchObject({ status: 200 });
});

test("jobs that were made due long before their time count as waiting from then on", async () => {
  const { project, worker } = await openDeaf({});
  await project.tasks.work.enqueue(undefined, { delay: "1h" });
  await project.queues.promoteDelayed();
  await expect.poll(() => worker.health(), { timeout: 5_000 }).toMatchObject({ isReady: false });
});

test("a worker that shares its registry with another is told to be stuck there too", async () => {
  const metrics = new Registry();
  const { project } = await openDeaf({ metrics });
  const other = await openProject(redisOfThisFile(), { work: task() }, { queue: project.queue });
  await other.work({}, { metrics });
  await project.tasks.work.enqueue();
  const stuck = async () => sampleOf(await metrics.metrics(), "taskwright_worker_stuck", { queue: project.queue });
  await expect.poll(stuck, { timeout: 5_000 }).toBe(1);
});

test.each([
  ["pauses every client", "pause", /it does not answer/],
  ["is stopped by a signal", "freeze", /it does not answer/],
  ["is killed", "kill", /it does not answer|ECONNREFUSED|ECONNRESET/],
] as const)("it is not ready while Redis %s, and ready again by itself", async (_, way, why) => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const project = await openProject(redis.url, { work: task() });
  await project.work({ work: () => undefined }, { serve, stuckAfter: 600 });
  const url = urlOf(project.logger);
  expect(await ask(url, "/readyz")).toMatchObject({ status: 200 });
  if (way === "freeze") redis.freeze();
  else if (way === "kill") await redis.kill();
  else {
    const operator = new Redis(redis.url);
    await operator.call("CLIENT", "PAUSE", "3000", "ALL");
    operator.disconnect();
  }
  expect(await ask(url, "/readyz")).toMatchObject({
    status: 503,
    text: expect.stringMatching(why),
  });
  expect(await ask(url, "/healthz")).toMatchObject({ status: 200 });
  const told = () => project.logger.lines.map(({ message }) => message);
  await expect.poll(told, { timeout: 5_000 }).toContain("the store does not answer: no job can be taken");
  if (way === "freeze") redis.thaw();
  else if (way === "kill") await redis.restart();
  await expect.poll(() => ask(url, "/readyz"), { timeout: 6_000 }).toMatchObject({ status: 200 });
  await expect.poll(told, { timeout: 5_000 }).toContain("the store answers again");
});

test("a probe learns that a worker waits for Redis", async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  await redis.kill();
  const logger = silentLogger();
  const worker = createWorker(
    { queues: {}, workflows: { w: { work: { ...task(), name: "w:work", queue: "q" } } } },
    { w: { work: () => undefined } },
    { connection: redis.url, logger, serve },
  );
  onTestFinished(() => worker.close());
  expect(await worker.health()).toEqual({ isReady: false, reason: "The worker was not started." });
  const starting = worker.start();
  await expect.poll(() => logger.lines.map(({ message }) => message)).toContain("serving");
  expect(await ask(urlOf(logger), "/readyz")).toEqual({ status: 503, text: "The worker has not started yet." });
  await redis.restart();
  await starting;
  expect(await ask(urlOf(logger), "/readyz")).toMatchObject({ status: 200 });
});

test("a blocked event loop answers no probe, and is told of when it goes on", async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const queue = "blocked";
  const tasks = createTasks(catalogOf(queue), { connection: redis.url, logger: silentLogger() });
  onTestFinished(() => tasks.close());
  const program = startProgram("worker", { REDIS_URL: redis.url, QUEUE: queue, SERVE: "1", BLOCK: "1" });
  const url = (await program.line(/^serving /)).slice("serving ".length);
  await program.line(/^ready/);
  expect(await ask(url, "/healthz")).toMatchObject({ status: 200 });
  await tasks.w.hold.enqueue({ forMs: 6_000 });
  await program.line(/^started/);
  await expect(ask(url, "/healthz", 2_500)).rejects.toThrow(/timeout|aborted/i);
  await program.line(/the event loop was blocked/);
  await expect.poll(() => ask(url, "/readyz")).toMatchObject({ status: 200 });
});

test("a port that is taken is a clear error, and the worker is closed", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void other.close());
  await once(other, "listening");
  const address = other.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const project = await openProject(stores[0]?.connection() ?? "", { work: task() });
  const starting = project.work({ work: () => undefined }, { serve: { port, host: "127.0.0.1" } });
  await expect(starting).rejects.toBeInstanceOf(CannotServe);
  await expect(starting).rejects.toThrow(`The worker cannot be served on port ${port} of 127.0.0.1`);
});

test("pages of one's own are served beside; others are not there, and only GET is answered", async () => {
  const bare = await openProject(stores[0]?.connection() ?? "", { work: task() });
  await bare.work({ work: () => undefined }, { serve });
  expect(await ask(urlOf(bare.logger), "/")).toMatchObject({ status: 404 });
  expect((await fetch(`${urlOf(bare.logger)}/readyz`, { method: "POST" })).status).toBe(405);
  const project = await openProject(stores[0]?.connection() ?? "", { work: task() });
  const pages = (request: { url?: string | undefined }, response: { end(text: string): unknown }) =>
    void response.end(`own ${request.url}`);
  await project.work({ work: () => undefined }, { serve: { ...serve, pages } });
  expect(await ask(urlOf(project.logger), "/queues")).toEqual({ status: 200, text: "own /queues" });
  expect(await ask(urlOf(project.logger), "/healthz")).toMatchObject({ status: 200, text: "alive" });
});
