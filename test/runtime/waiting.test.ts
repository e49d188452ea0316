import { createTasks, createWorker, HandlersMissing, stub } from "taskwright";
import { openQueues } from "taskwright/testing";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { postponeMs } from "../../runtime/worker/postponement.js";
import { type Amount, amountSchema, openProject, silentLogger, stores, task, validatorOf } from "../support/project.js";

afterEach(() => vi.unstubAllEnvs());

test.each([
  [1, 1_000],
  [2, 2_000],
  [6, 30_000],
  [1_000_000, 30_000],
])("after start number %i a job waits %i ms for another worker", (starts, expected) => {
  expect(postponeMs(starts)).toBe(expected);
});

describe.each(stores)("on $store", ({ connection }) => {
  let open: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => open.close());

  test("a task that this worker doesn't know waits for one that does, using no attempt", async () => {
    const old = await openProject(connection(), { known: task() });
    const added = { ...task(), name: "w:added", queue: old.queue, retries: 0 };
    const next = createTasks(
      { queues: {}, workflows: { w: { added } } },
      { connection: connection(), logger: silentLogger() },
    );
    onTestFinished(() => next.close());
    const { seen, worker } = await old.work({ known: () => undefined }, { concurrency: 1 });
    await next.w.added.enqueue();
    await next.w.added.enqueue();
    // Of one queue and one slot: once this job has run, the two before it have been put off.
    await old.tasks.known.enqueue(undefined, { priority: "low" });
    await seen.until("onSuccess");
    expect(await old.queues.jobs("delayed")).toMatchObject([{ task: "w:added", attemptsMade: 0 }, { attemptsMade: 0 }]);
    const told = old.logger.lines.filter(({ message }) => message === "jobs wait for a worker that can do them");
    expect(told).toHaveLength(1);
    await worker.close();

    const newer = await openProject(connection(), { known: task(), added: task() }, { queue: old.queue });
    const { seen: seenByNewer } = await newer.work({ known: () => undefined, added: () => undefined });
    await newer.queues.promoteDelayed();
    const runs = await seenByNewer.until("onSuccess", 2);
    expect(runs).toMatchObject([
      { task: "w:added", attempt: 1 },
      { task: "w:added", attempt: 1 },
    ]);
  });

  test("a job of a newer contract waits for a worker that knows it; an older one runs", async () => {
    const old = await openProject(connection(), { move: task({ version: 2 }) });
    const newer = await openProject(connection(), { move: task({ version: 3 }) }, { queue: old.queue });
    const older = await openProject(connection(), { move: task({ version: 1 }) }, { queue: old.queue });
    const { seen, worker } = await old.work({ move: () => undefined }, { concurrency: 1 });
    await newer.tasks.move.enqueue();
    await older.tasks.move.enqueue(undefined, { priority: "low" });
    await seen.until("onSuccess");
    expect(await old.counts()).toMatchObject({ delayed: 1, completed: 1 });
    await worker.close();
    const { seen: seenByNewer } = await newer.work({ move: () => undefined });
    await newer.queues.promoteDelayed();
    expect(await seenByNewer.until("onSuccess")).toMatchObject([{ attempt: 1 }]);
  });

  test("a task whose handler is a stub waits too, and the worker warns", async () => {
    const project = await openProject(connection(), { done: task(), unwritten: task() });
    const { seen } = await project.work({ done: () => undefined, unwritten: stub }, { concurrency: 1 });
    await project.tasks.unwritten.enqueue();
    await project.tasks.done.enqueue(undefined, { priority: "low" });
    await seen.until("onSuccess");
    expect(await project.queues.jobs("delayed")).toMatchObject([{ task: "w:unwritten", attemptsMade: 0 }]);
    expect(project.logger.lines).toContainEqual(
      expect.objectContaining({ level: "warn", fields: { tasks: ["w:unwritten"] } }),
    );
  });

  test("a field that this worker doesn't know yet is tolerated and kept", async () => {
    const project = await openProject(connection(), { pay: task<Amount>({ payload: validatorOf(amountSchema) }) });
    const newer = await openProject(
      connection(),
      { pay: task<Amount & { note: string }>({ payload: validatorOf({}) }) },
      { queue: project.queue },
    );
    let got: unknown;
    const { seen } = await project.work({
      pay: (payload) => {
        got = payload;
      },
    });
    await newer.tasks.pay.enqueue({ amount: 5, note: "new" });
    await seen.until("onSuccess");
    expect(got).toEqual({ amount: 5, note: "new" });
  });

  test("a payload that doesn't fit otherwise is dead at once, its reason kept", async () => {
    const project = await openProject(connection(), {
      pay: task<Amount>({ payload: validatorOf(amountSchema), retries: 5 }),
    });
    const other = await openProject(
      connection(),
      { pay: task<{ amount: string }>({ payload: validatorOf({}) }) },
      { queue: project.queue },
    );
    const { seen } = await project.work({ pay: () => undefined });
    await other.tasks.pay.enqueue({ amount: "five" }, { retries: 5 });
    await seen.until("onDead");
    expect(seen.events.onStart).toHaveLength(0);
    expect(await project.queues.jobs("failed")).toMatchObject([
      { attemptsMade: 1, failedReason: "The payload of w:pay does not fit its contract: /amount must be integer." },
    ]);
  });
});

test("in production a worker doesn't start with stubs, and names them all", async () => {
  vi.stubEnv("NODE_ENV", "production");
  const named = (name: string, queue: string) => ({ ...task(), name: `w:${name}`, queue });
  const catalog = { queues: {}, workflows: { w: { a: named("a", "q1"), b: named("b", "q1"), c: named("c", "q2") } } };
  const options = { connection: "redis://127.0.0.1:1", logger: silentLogger() };
  const handlers = { w: { a: stub, b: stub, c: () => undefined } };
  await expect(createWorker(catalog, handlers, options).start()).rejects.toThrow(HandlersMissing);
  await expect(createWorker(catalog, handlers, options).run()).rejects.toMatchObject({ tasks: ["w:a", "w:b"] });
});

test("a stub of another copy of the package is one too", async () => {
  vi.stubEnv("NODE_ENV", "production");
  const foreign = Object.assign(async () => undefined, { [Symbol.for("taskwright.stub")]: true });
  const catalog = { queues: {}, workflows: { w: { a: { ...task(), name: "w:a", queue: "q" } } } };
  const worker = createWorker(
    catalog,
    { w: { a: foreign } },
    { connection: "redis://127.0.0.1:1", logger: silentLogger() },
  );
  await expect(worker.start()).rejects.toThrow("w:a");
});
