import { randomUUID } from "node:crypto";
import fc from "fast-check";
import {
  createTasks,
  createWorker,
  type Handler,
  type Job,
  type QueueDefinition,
  type WorkerOptions,
} from "taskwright";
import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { openQueue } from "../../../runtime/store/queue.js";
import { openStore } from "../../../runtime/store/store.js";
import { startProgram } from "../../support/program.js";
import { deferred, recordHooks, silentLogger, stores, task } from "../../support/project.js";
import { turns } from "../../support/turns.js";
import { catalogOf } from "../programs/catalog.js";

const names = ["critical", "default", "low"] as const;
type Name = (typeof names)[number];
const weightOf = { critical: 6, default: 3, low: 1 };

/** A project of one task for each of three queues of weight 6, 3 and 1. */
function openThree(connection: string, limits: Partial<Record<Name, Partial<QueueDefinition>>> = {}) {
  const suffix = randomUUID();
  const queueOf = (name: Name) => `${name}-${suffix}`;
  const workTask = (name: Name) => ({ ...task(), name: `w:${name}`, queue: queueOf(name) });
  const catalog = {
    queues: Object.fromEntries(names.map((name) => [queueOf(name), { weight: weightOf[name], ...limits[name] }])),
    workflows: { w: { critical: workTask("critical"), default: workTask("default"), low: workTask("low") } },
  };
  const logger = silentLogger();
  const tasks = createTasks(catalog, { connection, logger });
  onTestFinished(() => tasks.close());
  return {
    catalog,
    logger,
    queueOf,
    tasks: tasks.w,
    /** What is left out gets no job. */
    async load(counts: Partial<Record<Name, number>>) {
      for (const name of names) {
        const count = counts[name] ?? 0;
        if (count > 0) await tasks.w[name].enqueueMany(Array.from({ length: count }, () => ({})));
      }
    },
    /** Starts a worker; `starts` are the tasks in the order in which their handlers began. */
    async work(handler: (name: Name, job: Job) => unknown, options: Partial<WorkerOptions> = {}) {
      const seen = recordHooks();
      const starts: Name[] = [];
      const running = { now: 0, most: 0 };
      const handlerOf =
        (name: Name): Handler =>
        async (_, job) => {
          starts.push(name);
          running.now += 1;
          running.most = Math.max(running.most, running.now);
          try {
            await handler(name, job);
          } finally {
            running.now -= 1;
          }
        };
      const handlers = { critical: handlerOf("critical"), default: handlerOf("default"), low: handlerOf("low") };
      const worker = createWorker(catalog, { w: handlers }, { connection, logger, hooks: seen.hooks, ...options });
      onTestFinished(() => worker.close({ graceMs: 0 }));
      await worker.start();
      return { worker, seen, starts, running };
    },
  };
}

function countOf(starts: readonly Name[]): Record<Name, number> {
  const counts = { critical: 0, default: 0, low: 0 };
  for (const name of starts) counts[name] += 1;
  return counts;
}

describe.each(stores)("on $store", ({ connection }) => {
  let open: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => open.close());

  test("while all queues have work, every window of 1,000 starts is shared 60/30/10 to within 2 points", async () => {
    const project = openThree(connection());
    await project.load({ critical: 1_000, default: 510, low: 180 });
    const { seen, starts, running } = await project.work(() => undefined, { concurrency: 10 });
    await seen.until("onStart", 1_600);
    expectShares(starts.slice(0, 1_600));
    expect(running.most).toBeLessThanOrEqual(10);
  });

  /** Of every 1,000 starts in a row. */
  function expectShares(starts: readonly Name[]): void {
    expect(starts.length).toBeGreaterThan(1_000);
    for (let from = 0; from + 1_000 <= starts.length; from += 1) {
      const { critical, default: standard, low } = countOf(starts.slice(from, from + 1_000));
      expect(Math.abs(critical - 600)).toBeLessThanOrEqual(20);
      expect(Math.abs(standard - 300)).toBeLessThanOrEqual(20);
      expect(Math.abs(low - 100)).toBeLessThanOrEqual(20);
    }
  }

  test("so it is over three workers, and with jobs that fail and come while others run", async () => {
    const project = openThree(connection());
    const order: Name[] = [];
    await project.load({ critical: 90, default: 45, low: 15 });
    const late = { critical: 720, default: 360, low: 120 };
    const handler = async (name: Name) => {
      order.push(name);
      // In small lots, a few jobs before the first ones would have run out.
      if (order.length % 10 === 0 && late.low > 0) {
        for (const each of names) late[each] -= weightOf[each];
        void project.load(weightOf);
      }
      await turns(order.length % 5);
      if (order.length % 11 === 0) throw new Error("no");
    };
    const workers = [1, 2, 3].map(() => project.work(handler, { concurrency: 4 }));
    await Promise.all(workers);
    await expect.poll(() => order.length, { timeout: 40_000, interval: 10 }).toBeGreaterThan(1_200);
    expectShares(order.slice(0, 1_200));
  }, 60_000);

  test("and so it is again once a queue that was paused is resumed", async () => {
    const project = openThree(connection());
    const store = await openStore(connection(), "worker", project.logger);
    const queue = openQueue(store, project.queueOf("critical"), project.logger);
    onTestFinished(async () => {
      await queue.close();
      await store.close();
    });
    await project.load({ critical: 700, default: 540, low: 180 });
    await queue.pause();
    const { seen, starts } = await project.work(() => turns(1), { concurrency: 10 });
    await seen.until("onStart", 80);
    const alone = countOf(starts.slice(0, 80));
    expect(alone.critical).toBe(0);
    expect(Math.abs(alone.default - 60)).toBeLessThanOrEqual(10);
    await queue.resume();
    await seen.until("onSuccess", 1_340);
    const resumedAt = starts.indexOf("critical");
    expect(resumedAt).toBeLessThan(240);
    expectShares(starts.slice(resumedAt, resumedAt + 1_050));
  }, 60_000);

  test("a queue that is alone with work gets every slot, also the lightest", async () => {
    const project = openThree(connection());
    const release = deferred();
    const { seen, running } = await project.work(() => release.promise, { concurrency: 10 });
    await project.load({ low: 12 });
    await seen.until("onStart", 10);
    expect(running.now).toBe(10);
    release.resolve();
    await seen.until("onSuccess", 12);
    expect(running.most).toBe(10);
  });

  test("strict begins a job only when no queue before its own has one", async () => {
    const project = openThree(connection());
    await project.load({ low: 20, default: 20, critical: 20 });
    const { seen, starts } = await project.work(() => undefined, { concurrency: 4, dispatch: "strict" });
    await seen.until("onSuccess", 60);
    expect(starts).toEqual([...names].flatMap((name) => Array.from({ length: 20 }, () => name)));
  });

  test("strict turns to a heavier queue that gets work while a lighter one is being served", async () => {
    const project = openThree(connection());
    await project.load({ low: 40 });
    const { seen, starts } = await project.work(() => turns(20), { concurrency: 1, dispatch: "strict" });
    await seen.until("onStart");
    await project.load({ critical: 5, default: 5 });
    await seen.until("onSuccess", 50);
    const first = starts.indexOf("critical");
    expect(starts.slice(first, first + 5)).toEqual(Array.from({ length: 5 }, () => "critical"));
    expect(starts.lastIndexOf("default")).toBeLessThan(starts.length - 10);
  });

  test("one slot serves three queues", async () => {
    const project = openThree(connection());
    await project.load({ critical: 6, default: 3, low: 1 });
    const { seen, running, starts } = await project.work(() => undefined, { concurrency: 1 });
    await seen.until("onSuccess", 10);
    expect(running.most).toBe(1);
    expect(countOf(starts)).toEqual({ critical: 6, default: 3, low: 1 });
  });

  test("a worker may serve some queues only", async () => {
    const project = openThree(connection());
    await project.load({ critical: 3, low: 3 });
    const { seen, starts } = await project.work(() => undefined, { queues: [project.queueOf("low")] });
    await seen.until("onSuccess", 3);
    expect(countOf(starts)).toEqual({ critical: 0, default: 0, low: 3 });
    const { seen: others } = await project.work(() => undefined, { queues: [project.queueOf("critical")] });
    await others.until("onSuccess", 3);
  });

  test("a queue whose own concurrency is used up neither starves nor holds up the others", async () => {
    const project = openThree(connection(), { critical: { concurrency: 1 } });
    let critical = 0;
    let most = 0;
    const handler = async (name: Name) => {
      if (name === "critical") most = Math.max(most, ++critical);
      await turns(10);
      if (name === "critical") critical -= 1;
    };
    const first = await project.work(handler, { concurrency: 4 });
    const second = await project.work(handler, { concurrency: 4 });
    await project.load({ critical: 30, default: 60 });
    const done = () => first.seen.events.onSuccess.length + second.seen.events.onSuccess.length;
    await expect.poll(done, { timeout: 4_000, interval: 10 }).toBe(90);
    expect(most).toBe(1);
  });

  test("a paused queue is left alone by every worker within a second, and taken up again when it is resumed", async () => {
    const project = openThree(connection());
    const store = await openStore(connection(), "worker", project.logger);
    const queue = openQueue(store, project.queueOf("default"), project.logger);
    onTestFinished(async () => {
      await queue.close();
      await store.close();
    });
    const first = await project.work(() => undefined);
    const second = await project.work(() => undefined);
    await project.load({ default: 2 });
    const done = () => first.starts.length + second.starts.length;
    await expect.poll(done, { interval: 5 }).toBe(2);

    await queue.pause();
    await project.load({ default: 20, low: 1 });
    await expect.poll(() => countOf([...first.starts, ...second.starts]).low, { interval: 5 }).toBe(1);
    expect(done()).toBe(3);
    const resumedAt = Date.now();
    await queue.resume();
    await expect.poll(done, { interval: 5 }).toBe(23);
    expect(Date.now() - resumedAt).toBeLessThan(1_000);
  });

  test("a worker that is full leaves a new job to another one that idles", async () => {
    const project = openThree(connection());
    const release = deferred();
    const full = await project.work(() => release.promise, { concurrency: 1 });
    await project.tasks.low.enqueue();
    await full.seen.until("onStart");
    const idle = await project.work(() => undefined, { concurrency: 1 });
    for (const [before, name] of (["critical", "default", "low", "critical"] as const).entries()) {
      const enqueuedAt = Date.now();
      await project.tasks[name].enqueue();
      // The job may have begun before its enqueue is answered.
      await idle.seen.until("onStart", before + 1);
      expect(Date.now() - enqueuedAt).toBeLessThan(1_000);
    }
    release.resolve();
    expect(full.starts).toEqual(["low"]);
  });

  test("a suspended worker goes on with what it runs, leaves the rest to others, and fetches again when resumed", async () => {
    const project = openThree(connection());
    const release = deferred();
    const first = await project.work(() => release.promise, { concurrency: 2 });
    await project.tasks.low.enqueue();
    await first.seen.until("onStart");
    first.worker.suspend();
    await project.tasks.low.enqueue();
    const second = await project.work(() => undefined);
    await second.seen.until("onSuccess");
    await second.worker.close();
    await project.tasks.low.enqueue();
    release.resolve();
    await first.seen.until("onSuccess");
    expect(first.starts).toHaveLength(1);
    first.worker.resume();
    await first.seen.until("onSuccess", 2);
  });

  test("a delayed job begins within 150 ms of its time", async () => {
    const project = openThree(connection());
    const { seen } = await project.work(() => undefined);
    await project.tasks.low.enqueue(undefined, { delay: 700 });
    await project.tasks.low.enqueue(undefined, { delay: 300 });
    for (const { startedAt, dueAt } of await seen.until("onStart", 2)) {
      expect(startedAt - dueAt).toBeGreaterThanOrEqual(0);
      expect(startedAt - dueAt).toBeLessThan(150);
    }
  });
});

test.each(stores)(
  "on $store never do more jobs run than the pool has slots, whatever comes, however long it takes and however it ends",
  async ({ connection }) => {
    const kept = await openQueues({ queues: {}, workflows: {} }, connection());
    onTestFinished(() => kept.close());
    const load = fc.record({ critical: fc.nat(15), default: fc.nat(15), low: fc.nat(15) });
    const pool = fc.integer({ min: 1, max: 5 });
    const ends = fc.array(fc.tuple(fc.constantFrom(0, 1, 5, 25, 125), fc.boolean()), { minLength: 1, maxLength: 9 });
    const order = fc.constantFrom("weighted" as const, "strict" as const);
    await fc.assert(
      fc.asyncProperty(load, load, pool, ends, order, async (before, during, concurrency, list, dispatch) => {
        const project = openThree(connection());
        await project.load(before);
        let next = 0;
        const handler = async () => {
          const [length, fails] = list[next++ % list.length] ?? [0, false];
          await turns(length);
          if (fails) throw new Error("no");
        };
        const { seen, running, worker } = await project.work(handler, { concurrency, dispatch });
        await project.load(during);
        const total = names.reduce((sum, name) => sum + before[name] + during[name], 0);
        const ended = () => seen.events.onSuccess.length + seen.events.onDead.length;
        await expect.poll(ended, { interval: 5, timeout: 10_000 }).toBe(total);
        expect(running.most).toBeLessThanOrEqual(concurrency);
        await worker.close();
      }),
      { numRuns: 15 },
    );
  },
);

test("a marker that a stopping worker may have taken is given back", async () => {
  const project = openThree(inject("redisUrl"));
  const workers = await Promise.all([1, 2, 3].map(() => project.work(() => undefined)));
  const started = () => workers.reduce((sum, { starts }) => sum + starts.length, 0);
  for (const [index, { worker }] of workers.slice(0, 2).entries()) {
    const closing = worker.close();
    const enqueuedAt = Date.now();
    await project.tasks.low.enqueue();
    await closing;
    await expect.poll(started, { interval: 5 }).toBe(index + 1);
    expect(Date.now() - enqueuedAt).toBeLessThan(1_000);
  }
});

test("two processes share one queue fairly", async () => {
  const queue = `fair-${randomUUID()}`;
  const connection = inject("redisUrl");
  const programs = [1, 2].map(() => startProgram("worker", { REDIS_URL: connection, QUEUE: queue }));
  await Promise.all(programs.map((program) => program.line(/^ready/)));
  const tasks = createTasks(catalogOf(queue), { connection, logger: silentLogger() });
  onTestFinished(() => tasks.close());
  // Long enough that slots are what they share, and not the processors of the machine.
  await tasks.w.hold.enqueueMany(Array.from({ length: 300 }, () => ({ payload: { forMs: 30 } })));
  const counts = () => programs.map(({ lines }) => lines.filter((line) => line.startsWith("ended")).length);
  await expect.poll(() => counts().reduce((sum, count) => sum + count), { timeout: 10_000 }).toBe(300);
  for (const count of counts()) expect(count).toBeGreaterThanOrEqual(105);
});

test("SIGTSTP stops fetching only, and SIGCONT resumes", async () => {
  const queue = `stop-${randomUUID()}`;
  const connection = inject("redisUrl");
  const start = () => startProgram("worker", { REDIS_URL: connection, QUEUE: queue });
  const suspended = start();
  await suspended.line(/^ready/);
  const tasks = createTasks(catalogOf(queue), { connection, logger: silentLogger() });
  onTestFinished(() => tasks.close());
  const held = await tasks.w.hold.enqueue({ forMs: 300 });
  await suspended.line(new RegExp(`^started ${held.id}`));
  suspended.process.kill("SIGTSTP");
  await suspended.line(new RegExp(`^ended ${held.id}`));
  const left = await tasks.w.hold.enqueue({ forMs: 0 });
  const other = start();
  await other.line(new RegExp(`^ended ${left.id}`));
  other.process.kill("SIGTERM");
  await other.exited;
  expect(suspended.lines).toEqual(["ready", `started ${held.id} 1`, "told SIGTSTP", `ended ${held.id}`]);
  const last = await tasks.w.hold.enqueue({ forMs: 0 });
  suspended.process.kill("SIGCONT");
  await suspended.line(new RegExp(`^ended ${last.id}`));
});
