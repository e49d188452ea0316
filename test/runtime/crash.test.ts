import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { createTasks, createWorker, LockLost, type Worker } from "taskwright";
import { openQueues } from "taskwright/testing";
import { expect, inject, onTestFinished, test } from "vitest";
import { openQueue } from "../../runtime/store/queue.js";
import { openStore } from "../../runtime/store/store.js";
import { startProgram } from "../support/program.js";
import { deferred, openProject, recordHooks, silentLogger, task } from "../support/project.js";
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
    async survive(maxCrashes = 2) {
      const seen = recordHooks();
      const times = { lockDuration: 600, stalledInterval: 300, maxCrashes };
      const options = { connection, logger, hooks: seen.hooks, ...times };
      const worker: Worker = createWorker(catalog, { w: { hold: () => undefined } }, options);
      onTestFinished(() => worker.close({ graceMs: 0 }));
      await worker.start();
      return seen;
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
  const seen = await project.survive();
  const runs = await seen.until("onSuccess", 2);
  expect(runs.map(({ attempt }) => attempt)).toEqual([1, 1]);
  expect(await project.queues.jobs("completed")).toMatchObject([{ attemptsMade: 1 }, { attemptsMade: 1 }]);
});

test("a job that ends every worker it runs in is dead in the end; the others of its queue run, and it may be retried", async () => {
  const project = await open();
  const { id } = await project.tasks.w.hold.enqueue({ forMs: 0 });
  for (let crash = 1; crash <= 3; crash += 1) {
    const program = project.start({ CRASH: "1" });
    await program.line(new RegExp(`^started ${id} 1`));
    expect(await program.exited).toEqual({ code: null, signal: "SIGKILL" });
  }
  const seen = await project.survive();
  const [dead] = await seen.until("onDead");
  expect(dead).toMatchObject({ jobId: id, error: { message: expect.stringContaining("in 3 workers that died") } });
  expect(seen.events.onStart).toHaveLength(0);
  await project.tasks.w.hold.enqueue({ forMs: 0 });
  await seen.until("onSuccess");
  await project.retry(id);
  expect((await seen.until("onSuccess", 2))[1]).toMatchObject({ jobId: id });
});

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
