import { randomUUID } from "node:crypto";
import { Worker as BullWorker } from "bullmq";
import { Redis } from "ioredis";
import { createTasks, createWorker, LockLost, type Worker } from "taskwright";
import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { openQueue } from "../../runtime/store/queue.js";
import { openStore } from "../../runtime/store/store.js";
import { type Program, startProgram } from "../support/program.js";
import { deferred, openProject, recordHooks, silentLogger, stores, task } from "../support/project.js";
import { catalogOf } from "./programs/catalog.js";

async function open() {
  const queue = `crash-${randomUUID()}`;
  const catalog = catalogOf(queue);
  const connection = inject("redisUrl");
  const logger = silentLogger();
  const tasks = createTasks(catalog, { connection, logger });
  const queues = await openQueues(catalog, connection, logger);
  onTestFinished(() => tasks.close());
  onTestFinished(() => queues.close());
  return {
    queue,
    tasks,
    queues,
    start: (env: Record<string, string> = {}) =>
      startProgram("worker", { REDIS_URL: connection, QUEUE: queue, ...env }),
    /** As an operator does it, with whatever tool. */
    async retry(id: string) {
      const store = await openStore(connection, "producer", logger);
      onTestFinished(() => store.close());
      await (await openQueue(store, queue, logger).getJob(id))?.retry();
    },
    async survive(maxCrashes = 2, everyMs?: number) {
      const seen = recordHooks();
      const times = { lockDuration: everyMs ?? 600, stalledInterval: everyMs ?? 300, maxCrashes };
      const options = { connection, logger, hooks: seen.hooks, ...times };
      const worker: Worker = createWorker(catalog, { w: { hold: () => undefined } }, options);
      onTestFinished(() => worker.close({ graceMs: 0 }));
      await worker.start();
      return { worker, seen };
    },
  };
}

test("the jobs of a worker that was killed run elsewhere, and use no retry", async () => {
  const project = await open();
  const program = project.start();
  await program.line(/^ready/);
  await project.tasks.w.hold.enqueueMany([{ payload: { forMs: 60_000 } }, { payload: { forMs: 60_000 } }]);
  await program.line(/^started 1/);
  await program.line(/^started 2/);
  program.process.kill("SIGKILL");
  await program.exited;
  const { seen } = await project.survive();
  const runs = await seen.until("onSuccess", 2);
  expect(runs.map(({ attempt }) => attempt)).toEqual([1, 1]);
  expect(await project.queues.jobs("completed")).toMatchObject([{ attemptsMade: 1 }, { attemptsMade: 1 }]);
});

/** What a program told of each start: the job's id. */
function startsIn({ lines }: Program): string[] {
  return lines.flatMap((line) => /^started (\S+) 1$/.exec(line)?.[1] ?? []);
}

test.each([
  ["as it begins its first job", "started 1"],
  ["in the midst of its jobs", "ended 3"],
])(
  "of three workers one is killed %s: what it ran begins elsewhere within lock and one check, once",
  { timeout: 60_000 },
  async (_, moment) => {
    const project = await open();
    const [lockMs, checkMs] = [3_000, 3_000];
    const start = (env = {}) => project.start({ LOCK: `${lockMs}`, STALLED: `${checkMs}`, ...env });
    const programs = [start({ DIE: moment }), start(), start()] as const;
    await Promise.all(programs.map((program) => program.line(/^ready/)));
    const [victim, ...others] = programs;
    const jobs = await project.tasks.w.hold.enqueueMany(
      Array.from({ length: 90 }, () => ({ payload: { forMs: 150 } })),
    );
    expect(await victim.exited).toEqual({ code: null, signal: "SIGKILL" });
    const killedAt = Date.now();
    const orphans = startsIn(victim).filter((id) => !victim.lines.includes(`ended ${id}`));
    expect(orphans.length).toBeGreaterThan(0);
    const begun = orphans.map((id) =>
      Promise.race(others.map((program) => program.line(new RegExp(`^started ${id} 1$`)))),
    );
    await Promise.all(begun);
    // To the bound comes what starting a job takes on a busy machine, less than a second check.
    expect(Date.now() - killedAt).toBeLessThan(lockMs + checkMs + 1_500);
    const ended = () =>
      new Set(programs.flatMap(({ lines }) => lines.filter((line) => line.startsWith("ended ")))).size;
    await expect.poll(ended, { timeout: 20_000 }).toBe(jobs.length);
    const elsewhere = others.flatMap(startsIn);
    expect(new Set(elsewhere).size).toBe(elsewhere.length);
    const done = victim.lines.filter((line) => line.startsWith("ended")).length;
    // One that had ended may have died before that was recorded.
    expect(elsewhere.length).toBeGreaterThanOrEqual(jobs.length - done);
    await expect
      .poll(() => project.queues.counts(), { timeout: 5_000 })
      .toMatchObject({
        [project.queue]: { completed: jobs.length, active: 0, waiting: 0, failed: 0 },
      });
  },
);

test("so it is when the worker that was killed had just looked for the jobs of others", async () => {
  const project = await open();
  const redis = new Redis(inject("redisUrl"));
  onTestFinished(() => redis.disconnect());
  const everyMs = 2_000;
  // What one look of any worker keeps the others from looking by.
  const restMs = () => redis.pttl(`{taskwright:${project.queue}}:${project.queue}:stalled-check`);
  const program = project.start({ LOCK: `${everyMs}`, STALLED: `${everyMs}` });
  await program.line(/^ready/);
  await expect.poll(restMs, { interval: 2, timeout: 10_000 }).toBeLessThan(200);
  const { worker, seen } = await project.survive(2, everyMs);
  worker.suspend();
  let rest = await restMs();
  const hasLooked = async () => {
    const before = rest;
    rest = await restMs();
    return rest > before + 100;
  };
  await expect.poll(hasLooked, { interval: 2, timeout: 10_000 }).toBe(true);
  const { id } = await project.tasks.w.hold.enqueue({ forMs: 60_000 });
  await program.line(new RegExp(`^started ${id}`));
  program.process.kill("SIGKILL");
  const killedAt = Date.now();
  worker.resume();
  await seen.until("onStart");
  expect(Date.now() - killedAt).toBeLessThan(2 * everyMs + 1_000);
});

test("a job that ends every worker it runs in is dead in the end; the others of its queue run, and it may be retried", async () => {
  const project = await open();
  const { id } = await project.tasks.w.hold.enqueue({ forMs: 0 });
  for (let crash = 1; crash <= 3; crash += 1) {
    const program = project.start({ CRASH: "1" });
    await program.line(new RegExp(`^started ${id} 1`));
    expect(await program.exited).toEqual({ code: null, signal: "SIGKILL" });
  }
  const { seen } = await project.survive();
  const [dead] = await seen.until("onDead");
  expect(dead).toMatchObject({ jobId: id, error: { message: expect.stringContaining("in 3 workers that died") } });
  expect(seen.events.onStart).toHaveLength(0);
  await project.tasks.w.hold.enqueue({ forMs: 0 });
  await seen.until("onSuccess");
  await project.retry(id);
  expect((await seen.until("onSuccess", 2))[1]).toMatchObject({ jobId: id });
});

test.each([
  ["ahead", 3_600_000],
  ["behind", -3_600_000],
])(
  "a worker whose clock is an hour %s takes no running job for a dead worker's, and runs each once",
  async (_, skewMs) => {
    const project = await open();
    const programs = [project.start({ CLOCK: `${skewMs}` }), project.start()];
    await Promise.all(programs.map((program) => program.line(/^ready/)));
    // Longer than lock and check.
    await project.tasks.w.hold.enqueueMany(Array.from({ length: 8 }, () => ({ payload: { forMs: 1_500 } })));
    await expect
      .poll(() => project.queues.counts(), { timeout: 10_000 })
      .toMatchObject({ [project.queue]: { completed: 8, active: 0, waiting: 0, delayed: 0, failed: 0 } });
    const [skewed = [], right = []] = programs.map(startsIn);
    expect(skewed.length + right.length).toBe(8);
    expect(skewed.length).toBeGreaterThan(0);
  },
);

test("an attempt that lost its lock is told so by its signal", async () => {
  const project = await openProject(inject("redisUrl"), { hold: task() });
  const redis = new Redis(inject("redisUrl"));
  onTestFinished(() => redis.disconnect());
  const reason = deferred<unknown>();
  const hold = async (_: undefined, job: { id: string; signal: AbortSignal }) => {
    job.signal.addEventListener("abort", () => reason.resolve(job.signal.reason));
    await redis.del(`{taskwright:${project.queue}}:${project.queue}:${job.id}:lock`);
    await reason.promise;
  };
  await project.work({ hold }, { lockDuration: 400, stalledInterval: 60_000 });
  const { id } = await project.tasks.hold.enqueue();
  expect(await reason.promise).toBeInstanceOf(LockLost);
  expect(await reason.promise).toMatchObject({ jobId: id });
});

describe.each(stores)("on $store", ({ connection }) => {
  let kept: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    kept = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => kept.close());

  /** Takes the next job as a worker that dies at once: its lock lapses, and nothing is recorded. */
  async function takeAndDie(queue: string): Promise<void> {
    const store = await openStore(connection(), "worker", silentLogger());
    const { options, backend } = store.bind(queue);
    const worker = new BullWorker(queue, null, { ...options, autorun: false, lockDuration: 100 }, backend);
    await worker.getNextJob("token", { block: false });
    await worker.getBackend().disconnectBlocking(true);
    await worker.close();
    await store.close();
  }

  test("a crashed job runs again with the attempt it had, until it has crashed too often; then its unique values are free", async () => {
    const project = await openProject(connection(), { pay: task({ retries: 0, unique: { by: [] } }) });
    const times = { lockDuration: 200, stalledInterval: 200 };
    const { id } = await project.tasks.pay.enqueue();
    await takeAndDie(project.queue);
    const first = await project.work({ pay: () => undefined }, { ...times, maxCrashes: 1 });
    expect(await first.seen.until("onSuccess")).toMatchObject([{ jobId: id, attempt: 1 }]);
    expect(await project.tasks.pay.get(id)).toMatchObject({ state: "completed", attempts: 1 });
    await first.worker.close();

    const next = await project.tasks.pay.enqueue();
    await takeAndDie(project.queue);
    const second = await project.work({ pay: () => undefined }, { ...times, maxCrashes: 0 });
    const [dead] = await second.seen.until("onDead");
    expect(dead).toMatchObject({ jobId: next.id, error: { message: expect.stringContaining("1 worker that died") } });
    expect(second.seen.events.onStart).toEqual([]);
    expect(await project.tasks.pay.enqueue()).toMatchObject({ deduplicated: false });
  });
});
