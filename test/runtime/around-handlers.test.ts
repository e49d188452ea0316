import { AlreadyClosed, InvalidPayload, RedisUnavailable } from "taskwright";
import { currentJob, withJobFields } from "taskwright/context";
import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import {
  type Amount,
  amountSchema,
  deferred,
  openProject,
  silentLogger,
  stores,
  task,
  validatorOf,
} from "../support/project.js";
import { startRedis } from "../support/redis-server.js";

const receipt = task<Amount>({ payload: validatorOf(amountSchema) });

describe.each(stores)("on $store", ({ connection }) => {
  let open: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => open.close());

  test("a handler enqueues more, whose jobs carry its headers unless the call says otherwise", async () => {
    const project = await openProject(connection(), { pay: task(), receipt });
    const headers: unknown[] = [];
    const { seen } = await project.work({
      pay: async (_, job) => {
        await job.tasks.w.receipt.enqueue({ amount: 1 });
        await job.tasks.w.receipt.enqueueMany([{ payload: { amount: 2 }, headers: { trace: "own", step: "2" } }]);
      },
      receipt: (_, job) => void headers.push(job.headers),
    });
    await project.tasks.pay.enqueue(undefined, { headers: { trace: "t", tenant: "x" } });
    await seen.until("onSuccess", 3);
    expect(headers).toContainEqual({ trace: "t", tenant: "x" });
    expect(headers).toContainEqual({ trace: "own", tenant: "x", step: "2" });
  });

  test("a handler can wait for what it enqueued, and its payload is checked as any", async () => {
    const double = task<Amount, number>({
      payload: validatorOf(amountSchema),
      result: validatorOf({ type: "integer" }),
    });
    const project = await openProject(connection(), {
      sum: task<undefined, number>({ result: validatorOf({}) }),
      double,
    });
    const refused = deferred<unknown>();
    await project.work({
      double: ({ amount }) => amount * 2,
      sum: async (_, job) => {
        await job.tasks.w.double.enqueue({ amount: 0 }).catch(refused.resolve);
        const parts = await job.tasks.w.double.enqueueMany([{ payload: { amount: 1 } }, { payload: { amount: 2 } }]);
        const doubled = await Promise.all(parts.map((part) => job.tasks.w.double.waitFor(part, { timeout: "20s" })));
        return doubled.reduce((total, each) => total + each, 0);
      },
    });
    const job = await project.tasks.sum.enqueue();
    expect(await project.tasks.sum.waitFor(job, { timeout: "20s" })).toBe(6);
    expect(await refused.promise).toBeInstanceOf(InvalidPayload);
  });

  test("currentJob tells deep inside which job is running, each of several at once its own", async () => {
    const project = await openProject(connection(), { pay: task<Amount>({ payload: validatorOf(amountSchema) }) });
    const both = deferred();
    const found: Record<number, unknown> = {};
    const deep = async (amount: number) => {
      if (amount === 2) both.resolve();
      await both.promise;
      await Promise.resolve();
      found[amount] = currentJob()?.id;
    };
    const { worker, seen } = await project.work({ pay: ({ amount }) => deep(amount) });
    const inMiddleware: unknown[] = [];
    worker.use(async (job, next) => {
      inMiddleware.push(currentJob() === job);
      return next();
    });
    const [one, two] = await project.tasks.pay.enqueueMany([{ payload: { amount: 1 } }, { payload: { amount: 2 } }]);
    await seen.until("onSuccess", 2);
    expect(found).toEqual({ 1: one?.id, 2: two?.id });
    expect(inMiddleware).toEqual([true, true]);
    expect(currentJob()).toBeUndefined();
  });

  test("a logger made with withJobFields names the job on every line of its handler", async () => {
    const project = await openProject(connection(), { pay: task({ retries: 1 }) });
    const log = silentLogger();
    const logger = withJobFields(log);
    const { seen } = await project.work({
      pay: (_, job) => {
        logger.info({ step: 1 }, "asking the bank");
        if (job.attempt === 1) throw new Error("no");
        logger.warn({ attempt: "the line's own" }, "asked");
      },
    });
    logger.info({}, "outside");
    const { id } = await project.tasks.pay.enqueue();
    await seen.until("onSuccess");
    expect(log.lines.map(({ fields }) => fields)).toEqual([
      {},
      { task: "w:pay", jobId: id, attempt: 1, step: 1 },
      { task: "w:pay", jobId: id, attempt: 2, step: 1 },
      { task: "w:pay", jobId: id, attempt: "the line's own" },
    ]);
  });

  test("the client inside a worker is closed with it", async () => {
    const project = await openProject(connection(), { pay: task(), receipt });
    const started = deferred();
    const gate = deferred();
    const late = deferred<unknown>();
    const { worker } = await project.work({
      pay: async (_, job) => {
        await job.tasks.w.receipt.enqueue({ amount: 1 });
        started.resolve();
        await gate.promise;
        await job.tasks.w.receipt.enqueue({ amount: 1 }).catch(late.resolve);
      },
      receipt: () => undefined,
    });
    await project.tasks.pay.enqueue();
    await started.promise;
    await worker.close({ graceMs: 0 });
    gate.resolve();
    expect(await late.promise).toBeInstanceOf(AlreadyClosed);
  });
});

test("a handler that enqueues while Redis is away learns of it within a second", async () => {
  const server = await startRedis();
  onTestFinished(() => server.stop());
  const project = await openProject(server.url, { pay: task(), receipt });
  const told = deferred<[unknown, number]>();
  await project.work({
    pay: async (_, job) => {
      await job.tasks.w.receipt.enqueue({ amount: 1 });
      await server.kill();
      const since = performance.now();
      await job.tasks.w.receipt
        .enqueue({ amount: 1 })
        .catch((error) => told.resolve([error, performance.now() - since]));
    },
    receipt: () => undefined,
  });
  await project.tasks.pay.enqueue();
  const [error, afterMs] = await told.promise;
  expect(error).toBeInstanceOf(RedisUnavailable);
  expect(afterMs).toBeLessThan(1_500);
});
