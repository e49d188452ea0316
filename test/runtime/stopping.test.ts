import { randomUUID } from "node:crypto";
import { AlreadyClosed, createTasks, createWorker, WorkerStopping } from "taskwright";
import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { startProgram } from "../support/program.js";
import { deferred, openProject, silentLogger, stores, task } from "../support/project.js";
import { startRedis } from "../support/redis-server.js";
import { catalogOf } from "./programs/catalog.js";

describe.each(stores)("on $store", ({ connection }) => {
  let open: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => open.close());

  test("jobs that end within the grace are done; no other is begun", async () => {
    const project = await openProject(connection(), { work: task() });
    const [begun, release] = [deferred(), deferred()];
    const { worker, seen } = await project.work(
      {
        work: async () => {
          begun.resolve();
          await release.promise;
        },
      },
      { concurrency: 1 },
    );
    await project.tasks.work.enqueueMany([{}, {}]);
    await begun.promise;
    const closing = worker.close({ graceMs: 10_000 });
    release.resolve();
    await closing;
    expect(seen.events.onSuccess).toHaveLength(1);
    expect(await project.counts()).toMatchObject({ completed: 1, waiting: 1, active: 0 });
  });

  test("what has not ended after the grace goes back to the head of its queue, its attempt intact", async () => {
    const project = await openProject(connection(), { work: task({ retries: 0 }) });
    const begun = deferred();
    const reasons: unknown[] = [];
    const { worker } = await project.work(
      {
        work: (_, job) =>
          new Promise((_, reject) => {
            job.signal.addEventListener("abort", () => {
              reasons.push(job.signal.reason);
              reject(job.signal.reason);
            });
            begun.resolve();
          }),
      },
      { concurrency: 1 },
    );
    const first = await project.tasks.work.enqueue();
    await begun.promise;
    const second = await project.tasks.work.enqueue();
    const closedAt = Date.now();
    await worker.close({ graceMs: 50 });
    expect(Date.now() - closedAt).toBeLessThan(1_000);
    expect(reasons).toEqual([expect.any(WorkerStopping)]);
    expect(await project.counts()).toMatchObject({ waiting: 2, active: 0, failed: 0 });

    const { seen } = await project.work({ work: () => undefined }, { concurrency: 1 });
    const runs = await seen.until("onSuccess", 2);
    expect(runs).toMatchObject([
      { jobId: first.id, attempt: 1 },
      { jobId: second.id, attempt: 1 },
    ]);
  });

  test("another worker that idles takes a job that was put back at once", async () => {
    const project = await openProject(connection(), { work: task() });
    const begun = deferred();
    const { worker } = await project.work({
      work: (_, job) =>
        new Promise((_, reject) => {
          job.signal.addEventListener("abort", () => reject(new Error("stop")));
          begun.resolve();
        }),
    });
    await project.tasks.work.enqueue();
    await begun.promise;
    const { seen } = await project.work({ work: () => undefined });
    const stoppedAt = Date.now();
    await worker.close({ graceMs: 0 });
    await seen.until("onSuccess");
    expect(Date.now() - stoppedAt).toBeLessThan(2_000);
  });

  test("a handler that ignores the end of the grace doesn't hold up the stop", async () => {
    const project = await openProject(connection(), { work: task() });
    const [begun, release] = [deferred(), deferred()];
    const { worker } = await project.work({
      work: () => {
        begun.resolve();
        return release.promise;
      },
    });
    await project.tasks.work.enqueue();
    await begun.promise;
    const stoppedAt = Date.now();
    await worker.close({ graceMs: 0 });
    expect(Date.now() - stoppedAt).toBeLessThan(1_500);
    expect(await project.counts()).toMatchObject({ waiting: 1 });
    release.resolve();
  });

  test("an idle worker stops within a moment, and cannot be started again", async () => {
    const project = await openProject(connection(), { work: task() });
    const { worker } = await project.work({ work: () => undefined });
    const stoppedAt = Date.now();
    await worker.close();
    expect(Date.now() - stoppedAt).toBeLessThan(300);
    await expect(worker.start()).rejects.toThrow(AlreadyClosed);
  });
});

async function startWithJob(forMs: number, env: Record<string, string> = {}) {
  const queue = `stop-${randomUUID()}`;
  const logger = silentLogger();
  const connection = inject("redisUrl");
  const program = startProgram("worker", { REDIS_URL: connection, QUEUE: queue, ...env });
  await program.line(/^ready/);
  const tasks = createTasks(catalogOf(queue), { connection, logger });
  const queues = await openQueues(catalogOf(queue), connection, logger);
  onTestFinished(() => tasks.close());
  onTestFinished(() => queues.close());
  await tasks.w.hold.enqueue({ forMs });
  await program.line(/^started/);
  return { program, counts: async () => (await queues.counts())[queue] };
}

test("SIGTERM stops a worker, run() resolves and the process ends by itself", async () => {
  const { program, counts } = await startWithJob(100, { GRACE: "10000" });
  program.process.kill("SIGTERM");
  expect(await program.exited).toEqual({ code: 0, signal: null });
  expect(program.lines).toEqual(["ready", "started 1 1", "told SIGTERM", "ended 1", "stopped"]);
  expect(await counts()).toMatchObject({ completed: 1 });
});

test("a second signal ends the grace", async () => {
  const { program, counts } = await startWithJob(20_000, { GRACE: "60000" });
  program.process.kill("SIGTERM");
  program.process.kill("SIGINT");
  await program.line(/^stopped/);
  expect(await counts()).toMatchObject({ waiting: 1, active: 0 });
});

test("a third signal ends a process that its handler still keeps, and the job is not lost", async () => {
  const { program, counts } = await startWithJob(20_000, { GRACE: "60000" });
  program.process.kill("SIGTERM");
  program.process.kill("SIGINT");
  await program.line(/^stopped/);
  program.process.kill("SIGTERM");
  expect(await program.exited).toEqual({ code: null, signal: "SIGTERM" });
  expect(await counts()).toMatchObject({ waiting: 1, active: 0 });
});

test("a worker that cannot reach Redis can be stopped all the same", async () => {
  const catalog = catalogOf("nowhere");
  const worker = createWorker(
    catalog,
    { w: { hold: () => undefined } },
    { connection: "redis://127.0.0.1:1", logger: silentLogger() },
  );
  const running = worker.run();
  await worker.close();
  await running;
});

test("a process whose worker is stopped while Redis is away ends by itself, though it cannot tell of its job", {
  timeout: 40_000,
}, async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const queue = `away-${randomUUID()}`;
  const tasks = createTasks(catalogOf(queue), { connection: redis.url, logger: silentLogger() });
  onTestFinished(() => tasks.close());
  const program = startProgram("worker", { REDIS_URL: redis.url, QUEUE: queue, GRACE: "0" });
  await program.line(/^ready/);
  await tasks.w.hold.enqueue({ forMs: 200 });
  await program.line(/^started/);
  await redis.kill();
  await program.line(/^ended/);
  program.process.kill("SIGTERM");
  await program.line(/^stopped/);
  expect(await program.exited).toEqual({ code: 0, signal: null });
});
