import { createWorker, InvalidWorkerOption, UnsupportedConnection, type WorkerOptions } from "taskwright";
import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { deferred, openProject, recordHooks, silentLogger, stores, task } from "../support/project.js";
import { turns } from "../support/turns.js";

describe.each(stores)("on $store", ({ connection }) => {
  let open: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => open.close());

  test("a queue's concurrency holds over all workers, and is lifted once it is no longer declared", async () => {
    const project = await openProject(connection(), { work: task() }, { limits: { concurrency: 2 } });
    let running = 0;
    let most = 0;
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await turns(50);
      running -= 1;
    };
    const workers = [await project.work({ work }), await project.work({ work })];
    await project.tasks.work.enqueueMany(Array.from({ length: 20 }, () => ({})));
    const ended = deferred();
    let successes = 0;
    for (const { seen } of workers) {
      for (let count = 1; count <= 20; count += 1) {
        void seen.until("onSuccess", count).then(() => {
          successes += 1;
          if (successes === 20) ended.resolve();
        });
      }
    }
    await ended.promise;
    expect(most).toBe(2);
    for (const { worker } of workers) await worker.close();

    const unlimited = await openProject(connection(), { work: task() }, { queue: project.queue });
    const [all, release] = [deferred(), deferred()];
    let begun = 0;
    await unlimited.work({
      work: () => {
        begun += 1;
        if (begun === 5) all.resolve();
        return release.promise;
      },
    });
    await unlimited.tasks.work.enqueueMany(Array.from({ length: 5 }, () => ({})));
    await all.promise;
    release.resolve();
  });

  test("a queue's rate limit holds over all workers, exact within 5 %", async () => {
    // Long enough that a busy machine, which starts jobs some 0.1 s late, is not taken for an inexact limit.
    const rateLimit = { max: 10, perMs: 6_000 };
    const project = await openProject(connection(), { work: task() }, { limits: { rateLimit } });
    const starts: number[] = [];
    const all = deferred();
    const work = () => {
      starts.push(performance.now());
      if (starts.length === 21) all.resolve();
    };
    for (let worker = 1; worker <= 3; worker += 1) await project.work({ work }, { concurrency: 4 });
    await project.tasks.work.enqueueMany(Array.from({ length: 21 }, () => ({})));
    await all.promise;
    const tookMs = (starts[20] ?? 0) - (starts[0] ?? 0);
    expect(tookMs).toBeGreaterThan(2 * rateLimit.perMs * 0.95);
    expect(tookMs).toBeLessThan(2 * rateLimit.perMs * 1.05);
  });

  test("a worker serves several queues, never more jobs at once than its concurrency", async () => {
    const ids = ["critical", "default", "low"].map((name) => `${name}-${Math.random().toString(36).slice(2)}`);
    const [critical = "", standard = "", low = ""] = ids;
    const named = (name: string, queue: string) => ({ ...task(), name: `w:${name}`, queue });
    const catalog = {
      queues: { [critical]: { weight: 6 }, [standard]: { weight: 3 }, [low]: { weight: 1 } },
      workflows: { w: { a: named("a", critical), b: named("b", standard), c: named("c", low) } },
    };
    const { createTasks } = await import("taskwright");
    const tasks = createTasks(catalog, { connection: connection(), logger: silentLogger() });
    onTestFinished(() => tasks.close());
    const seen = recordHooks();
    let running = 0;
    let most = 0;
    const handler = async () => {
      running += 1;
      most = Math.max(most, running);
      await turns(20);
      running -= 1;
    };
    const options = { connection: connection(), logger: silentLogger(), hooks: seen.hooks, concurrency: 4 };
    const worker = createWorker(catalog, { w: { a: handler, b: handler, c: handler } }, options);
    onTestFinished(() => worker.close());
    await worker.start();
    for (const client of [tasks.w.a, tasks.w.b, tasks.w.c]) {
      await client.enqueueMany(Array.from({ length: 20 }, () => ({})));
    }
    await seen.until("onSuccess", 60);
    expect(most).toBeLessThanOrEqual(4);
  });
});

test.each<[string, Partial<WorkerOptions>, string]>([
  ["no concurrency", { concurrency: 0 }, "The worker's option `concurrency` expects a whole number from 1, and got 0."],
  [
    "a dispatch that there is not",
    { dispatch: "fair" as "strict" },
    'The worker\'s option `dispatch` expects weighted or strict, and got "fair".',
  ],
  [
    "a queue that has no task",
    { queues: ["a", "c"] },
    'The worker\'s option `queues` expects some of a, b, and got "c".',
  ],
  ["no queue at all", { queues: [] }, "got an array."],
  ["a grace that is no duration", { grace: "soon" }, 'got "soon".'],
  [
    "a lock that lasts no time",
    { lockDuration: 0 },
    "The worker's option `lockDuration` expects milliseconds or a duration such as 30s, from 100 ms, and got 0.",
  ],
])("%s is refused", (_, options, message) => {
  const named = (queue: string) => ({ ...task(), name: `w:${queue}`, queue });
  const catalog = { queues: {}, workflows: { w: { a: named("a"), b: named("b") } } };
  const handlers = { w: { a: () => undefined, b: () => undefined } };
  const create = () => createWorker(catalog, handlers, { connection: "redis://127.0.0.1:1", ...options });
  expect(create).toThrow(InvalidWorkerOption);
  expect(create).toThrow(message);
  expect(() => createWorker(catalog, handlers, { connection: undefined })).toThrow(UnsupportedConnection);
});
