import { Redis } from "ioredis";
import { Registry } from "prom-client";
import { createTasks, createWorker, type TaskDefinition } from "taskwright";
import { expect, inject, onTestFinished, test } from "vitest";
import { openQueue } from "../../../runtime/store/queue.js";
import { openStore } from "../../../runtime/store/store.js";
import { openProject, silentLogger, task, validatorOf } from "../../support/project.js";
import { startRedis } from "../../support/redis-server.js";
import { readSamples, sampleOf } from "../../support/scrape.js";

test("ten thousand names that nobody declared, and as many error texts, add no series", {
  timeout: 120_000,
}, async () => {
  const project = await openProject(inject("redisUrl"), {
    work: task<{ n: number }>({ payload: validatorOf({ type: "object" }) }),
  });
  const metrics = new Registry();
  const store = await openStore(inject("redisUrl"), "producer", silentLogger());
  onTestFinished(() => store.close());
  const queue = openQueue(store, project.queue, silentLogger());
  onTestFinished(() => queue.close());
  const { seen } = await project.work(
    {
      work: ({ n }) => {
        throw Object.assign(new Error(`text ${n}`), { name: `Name${n}`, code: `CODE_${n}` });
      },
    },
    { metrics, concurrency: 100 },
  );
  const callStrangers = (from: number, count: number) =>
    queue.addBulk(Array.from({ length: count }, (_, n) => ({ name: `w:stranger-${from + n}`, data: {} })));
  const value = async (name: string, labels: Record<string, string> = {}) =>
    sampleOf(await metrics.metrics(), `taskwright_${name}`, labels) ?? 0;
  const strangers = { task: "unknown", reason: "unknown_task" };
  await project.tasks.work.enqueue({ n: 0 });
  await callStrangers(0, 1);
  await seen.until("onDead");
  await expect.poll(() => value("jobs_postponed_total", strangers), { timeout: 10_000 }).toBeGreaterThan(0);
  await expect.poll(() => value("store_up"), { timeout: 10_000 }).toBe(1);
  const series = async () =>
    readSamples(await metrics.metrics()).map(({ name, labels }) => `${name}${JSON.stringify(labels)}`);
  const few = new Set(await series());
  expect(few.size).toBeLessThan(200);

  await project.tasks.work.enqueueMany(Array.from({ length: 10_000 }, (_, n) => ({ payload: { n } })));
  await seen.until("onDead", 10_001);
  for (let from = 1; from < 10_000; from += 1_000) await callStrangers(from, 1_000);
  await expect.poll(() => value("jobs_postponed_total", strangers), { timeout: 60_000 }).toBeGreaterThan(10_000);
  expect(await value("jobs_failed_total", { task: "w:work", reason: "error" })).toBe(10_001);
  expect((await series()).filter((each) => !few.has(each))).toEqual([]);
});

test("a scrape costs some commands a queue, however many tasks, schedules and jobs there are", async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const operator = new Redis(redis.url);
  onTestFinished(() => operator.disconnect());
  const processed = async () => Number(/total_commands_processed:(\d+)/.exec(await operator.info("stats"))?.[1]);

  /** The commands of one scrape of a worker that serves `queues`, each with so many tasks and waiting jobs. */
  async function costOf(sizes: { queues: number; tasks: number; jobs: number }): Promise<number> {
    await operator.flushall();
    const schedules = { yearly: { cron: "0 0 1 1 *", timezone: "UTC" } };
    const queues = Object.fromEntries(Array.from({ length: sizes.queues }, (_, n) => [`q${n}`, { weight: 1 }]));
    const w: Record<string, TaskDefinition> = {};
    for (const queue of Object.keys(queues)) {
      for (let n = 0; n < sizes.tasks; n += 1)
        w[`${queue}_${n}`] = { ...task({ schedules }), name: `w:${queue}_${n}`, queue };
    }
    const catalog = { queues, workflows: { w } };
    const handlers = { w: Object.fromEntries(Object.keys(w).map((name) => [name, () => undefined])) };
    const metrics = new Registry();
    const options = { connection: redis.url, logger: silentLogger(), metrics };
    const worker = createWorker(catalog, handlers, { ...options, heartbeat: "1h" });
    const tasks = createTasks(catalog, options);
    // So that the jobs stay.
    worker.suspend();
    await worker.start();
    for (const queue of Object.keys(queues)) {
      await tasks.w[`${queue}_0`]?.enqueueMany(Array.from({ length: sizes.jobs }, () => ({ payload: undefined })));
    }
    const costs: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const before = await processed();
      const text = await metrics.metrics();
      // Without the question itself. What the worker does of its own accord falls into some of the measurements.
      costs.push((await processed()) - before - 1);
      expect(sampleOf(text, "taskwright_queue_jobs", { queue: "q0", state: "waiting" })).toBe(sizes.jobs);
    }
    await Promise.all([tasks.close(), worker.close()]);
    return Math.min(...costs);
  }

  const two = await costOf({ queues: 2, tasks: 1, jobs: 1 });
  expect(await costOf({ queues: 2, tasks: 20, jobs: 500 })).toBe(two);
  const four = await costOf({ queues: 4, tasks: 1, jobs: 1 });
  const perQueue = (four - two) / 2;
  expect(perQueue).toBeLessThanOrEqual(20);
  expect(await costOf({ queues: 8, tasks: 1, jobs: 1 })).toBe(four + 4 * perQueue);
});
