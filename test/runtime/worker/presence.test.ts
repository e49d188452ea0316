import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { Redis } from "ioredis";
import { createTasks } from "taskwright";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { openStore } from "../../../runtime/store/store.js";
import { listWorkers } from "../../../runtime/worker/presence.js";
import { startProgram } from "../../support/program.js";
import { deferred, openProject, silentLogger, stores, task } from "../../support/project.js";
import { startRedis } from "../../support/redis-server.js";
import { catalogOf } from "../programs/catalog.js";

/** The workers of one queue, as anybody with the connection sees them. */
async function openList(connection: string, queue: string) {
  const store = await openStore(connection, "producer", silentLogger());
  onTestFinished(() => store.close());
  return async () => (await listWorkers(store)).filter(({ queues }) => queues.some(({ name }) => name === queue));
}

describe.each(stores)("on $store", ({ connection }) => {
  test("a worker tells who it is, what it serves and what it runs, and is gone when it has stopped", async () => {
    const project = await openProject(connection(), { work: task() }, { limits: { weight: 6 } });
    const list = await openList(connection(), project.queue);
    expect(await list()).toEqual([]);
    const [begun, release] = [deferred(), deferred()];
    const { worker } = await project.work(
      {
        work: async () => {
          begun.resolve();
          await release.promise;
        },
      },
      { concurrency: 3, dispatch: "strict", heartbeat: 100 },
    );
    await expect.poll(list).toHaveLength(1);
    const { id } = await project.tasks.work.enqueue();
    await begun.promise;
    await expect.poll(async () => (await list())[0]?.runningCount).toBe(1);
    expect(await list()).toEqual([
      {
        id: expect.any(String),
        host: hostname(),
        pid: process.pid,
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        catalog: expect.stringMatching(/^[0-9a-f]{12}$/),
        state: "fetching",
        queues: [{ name: project.queue, weight: 6 }],
        concurrency: 3,
        dispatch: "strict",
        startedAt: expect.any(Number),
        seenAt: expect.any(Number),
        runningCount: 1,
        running: [{ jobId: id, task: "w:work", queue: project.queue, since: expect.any(Number) }],
      },
    ]);
    const [{ startedAt = 0, seenAt = 0, running = [] } = {}] = await list();
    expect(startedAt).toBeLessThanOrEqual(seenAt);
    expect(Math.abs((running[0]?.since ?? 0) - Date.now())).toBeLessThan(10_000);

    const closing = worker.close({ graceMs: 10_000 });
    await expect.poll(async () => (await list())[0]?.state).toBe("stopping");
    worker.resume();
    await expect.poll(async () => (await list())[0]?.state).toBe("stopping");
    release.resolve();
    await closing;
    expect(await list()).toEqual([]);
  });

  test("it tells at once that it is suspended, and that it goes on", async () => {
    const project = await openProject(connection(), { work: task() });
    const list = await openList(connection(), project.queue);
    const { worker } = await project.work({ work: () => undefined }, { heartbeat: "1h" });
    worker.suspend();
    await expect.poll(async () => (await list())[0]?.state).toBe("suspended");
    worker.resume();
    await expect.poll(async () => (await list())[0]?.state).toBe("fetching");
  });

  test("of many running jobs it names the fifty oldest", async () => {
    const project = await openProject(connection(), { work: task() });
    const list = await openList(connection(), project.queue);
    const release = deferred();
    await project.work({ work: () => release.promise }, { concurrency: 60, heartbeat: 100 });
    await project.tasks.work.enqueueMany(Array.from({ length: 60 }, () => ({})));
    await expect.poll(async () => (await list())[0]?.runningCount).toBe(60);
    expect((await list())[0]?.running).toHaveLength(50);
    release.resolve();
  });
});

test("a worker that was killed is soon listed no longer, and leaves nothing behind", async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const queue = `killed-${randomUUID()}`;
  const list = await openList(redis.url, queue);
  const tasks = createTasks(catalogOf(queue), { connection: redis.url, logger: silentLogger() });
  onTestFinished(() => tasks.close());
  const program = startProgram("worker", { REDIS_URL: redis.url, QUEUE: queue });
  await program.line(/^ready/);
  const { id } = await tasks.w.hold.enqueue({ forMs: 60_000 });
  await program.line(/^started/);
  await expect.poll(async () => (await list())[0]?.running).toMatchObject([{ jobId: id, task: "w:hold" }]);
  program.process.kill("SIGKILL");
  await program.exited;
  expect(await list()).toHaveLength(1);
  await expect.poll(list).toEqual([]);
  const client = new Redis(redis.url);
  onTestFinished(() => client.disconnect());
  await expect.poll(() => client.keys("{taskwright}:workers*")).toEqual([]);
});

test("one that dies beside others is cleared away by them", async () => {
  const queue = `beside-${randomUUID()}`;
  const list = await openList(inject("redisUrl"), queue);
  const client = new Redis(inject("redisUrl"));
  onTestFinished(() => client.disconnect());
  const [dying, living] = [1, 2].map(() => startProgram("worker", { REDIS_URL: inject("redisUrl"), QUEUE: queue }));
  await Promise.all([dying?.line(/^ready/), living?.line(/^ready/)]);
  await expect.poll(list).toHaveLength(2);
  const gone = (await list()).find(({ pid }) => pid === dying?.process.pid);
  dying?.process.kill("SIGKILL");
  await expect.poll(async () => (await list()).map(({ pid }) => pid)).toEqual([living?.process.pid]);
  await expect.poll(() => client.hexists("{taskwright}:workers", gone?.id ?? "")).toBe(0);
});

test("what another program writes there is left out", async () => {
  const store = await openStore(inject("redisUrl"), "producer", silentLogger());
  onTestFinished(() => store.close());
  const notes = ["no JSON", "null", "[]", '"text"', "{}", '{"id":"x","pid":"1"}'];
  for (const [n, note] of notes.entries()) await store.workers.write(`odd-${n}`, note, 60_000);
  onTestFinished(async () => void (await Promise.all(notes.map((_, n) => store.workers.remove(`odd-${n}`)))));
  expect((await listWorkers(store)).filter(({ id }) => id === undefined || id === "x")).toEqual([]);
});
