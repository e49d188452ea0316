import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { AlreadyClosed, createTasks, InvalidEnqueueOption, InvalidPayload } from "taskwright";
import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { openOwnRedis } from "../support/own-redis.js";
import { type Amount, amountSchema, openProject, silentLogger, stores, task, validatorOf } from "../support/project.js";

const charge = task<Amount>({ payload: validatorOf(amountSchema), retries: 2 });

describe.each(stores)("on $store", ({ connection }) => {
  let open: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => open.close());

  test("the answer names the job, its queue and its task", async () => {
    const { tasks, queue } = await openProject(connection(), { charge });
    const job = await tasks.charge.enqueue({ amount: 1 });
    expect(job).toEqual({ id: expect.any(String), queue, name: "w:charge", deduplicated: false });
  });

  test("a second job with the same id is told to be one, also when both come at once", async () => {
    const { tasks, queues } = await openProject(connection(), { charge });
    const both = await Promise.all([1, 2, 3].map((amount) => tasks.charge.enqueue({ amount }, { id: "invoice" })));
    expect(both.map(({ deduplicated }) => deduplicated).sort()).toEqual([false, true, true]);
    expect(await tasks.charge.enqueue({ amount: 4 }, { id: "invoice" })).toMatchObject({
      id: "invoice",
      deduplicated: true,
    });
    expect(await queues.jobs("waiting")).toHaveLength(1);
  });

  test("many jobs are enqueued with their own options, in order", async () => {
    const { tasks, counts } = await openProject(connection(), { charge });
    const jobs = await tasks.charge.enqueueMany([
      { payload: { amount: 1 }, id: "a" },
      { payload: { amount: 2 }, delay: "1h" },
      { payload: { amount: 3 }, id: "a" },
    ]);
    expect(jobs.map(({ deduplicated }) => deduplicated)).toEqual([false, false, true]);
    expect(await counts()).toMatchObject({ waiting: 1, delayed: 1 });
    expect(await tasks.charge.enqueueMany([])).toEqual([]);
  });

  test("one bad payload keeps all of them out, and all issues are told", async () => {
    const { tasks, counts } = await openProject(connection(), { charge });
    const refused = tasks.charge.enqueueMany([
      { payload: { amount: 1 } },
      { payload: { amount: 0 } },
      { payload: { amount: 1, extra: true } as Amount },
    ]);
    await expect(refused).rejects.toThrow(InvalidPayload);
    await expect(refused).rejects.toMatchObject({
      issues: [
        { pointer: "/1/payload/amount", keyword: "minimum", message: "must be >= 1" },
        { pointer: "/2/payload", keyword: "additionalProperties", params: { additionalProperty: "extra" } },
      ],
    });
    expect(await counts()).toMatchObject({ waiting: 0 });
  });

  test("ten thousand are enqueued in one call, in order, or none of them", async () => {
    const { tasks, counts } = await openProject(connection(), { charge });
    const jobs = Array.from({ length: 10_000 }, (_, n) => ({ payload: { amount: n + 1 } }));
    const spoilt = jobs.with(9_999, { payload: { amount: 0 } });
    await expect(tasks.charge.enqueueMany(spoilt)).rejects.toMatchObject({
      issues: [{ pointer: "/9999/payload/amount" }],
    });
    expect(await counts()).toMatchObject({ waiting: 0 });
    const answers = await tasks.charge.enqueueMany(jobs);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(10_000);
    expect(await counts()).toMatchObject({ waiting: 10_000 });
    for (const n of [0, 99, 100, 4_711, 9_999]) {
      expect(await tasks.charge.get(answers[n]?.id ?? "")).toMatchObject({ payload: { amount: n + 1 } });
    }
  }, 60_000);

  test.each<[string, unknown, object]>([
    ["a wrong type", { amount: "5" }, { pointer: "/amount", keyword: "type", message: "must be integer" }],
    ["a missing field", {}, { pointer: "", keyword: "required" }],
    [
      "an unknown field",
      { amount: 1, note: "x" },
      { keyword: "additionalProperties", message: expect.stringContaining("`note`") },
    ],
    ["nothing", undefined, { pointer: "", keyword: "json" }],
    ["what JSON cannot carry", { amount: 1n }, { pointer: "/amount", keyword: "json" }],
  ])("%s is refused before anything is sent", async (_, payload, issue) => {
    const { tasks, counts } = await openProject(connection(), { charge });
    const refused = tasks.charge.enqueue(payload as Amount);
    await expect(refused).rejects.toThrow(InvalidPayload);
    await expect(refused).rejects.toMatchObject({ code: "TASKWRIGHT_INVALID_PAYLOAD", issues: [issue] });
    expect(tasks.charge.validate(payload)).toMatchObject({ valid: false, issues: [issue] });
    expect(await counts()).toMatchObject({ waiting: 0 });
  });

  test("a task without payload takes none, and a wrong option is refused", async () => {
    const { tasks } = await openProject(connection(), { sweep: task() });
    await expect(tasks.sweep.enqueue({} as never)).rejects.toThrow("must be left out: the task takes no payload");
    await expect(tasks.sweep.enqueue(undefined, { delay: Number.NaN })).rejects.toThrow(InvalidEnqueueOption);
    expect(tasks.sweep.validate(undefined)).toEqual({ valid: true });
    await tasks.sweep.enqueue();
  });

  test("defaults of the contract are stored, and the caller's object stays as it was", async () => {
    const schema = { type: "object", properties: { currency: { type: "string", default: "NGN" } } };
    const pay = task<{ currency?: string }>({ payload: validatorOf(schema, { useDefaults: true }) });
    const { tasks, queues } = await openProject(connection(), { pay });
    const payload = {};
    await tasks.pay.enqueue(payload);
    expect(payload).toEqual({});
    expect(await queues.jobs("waiting")).toMatchObject([{ payload: { currency: "NGN" } }]);
  });

  test("a client that was closed says so", async () => {
    const client = createTasks(
      { queues: {}, workflows: { w: { charge } } },
      { connection: connection(), logger: silentLogger() },
    );
    await client.close();
    await client.close();
    await expect(client.w.charge.enqueue({ amount: 1 })).rejects.toThrow(AlreadyClosed);
  });
});

test("BullMQ finds a job under its queue's hash tag, with its own options and ours", async () => {
  const { tasks, queue } = await openProject(inject("redisUrl"), { charge });
  const { id } = await tasks.charge.enqueue({ amount: 1 }, { headers: { trace: "x" }, timeout: "1m" });
  const raw = new Queue(queue, { connection: { url: inject("redisUrl") }, prefix: `{taskwright:${queue}}` });
  onTestFinished(() => raw.close());
  const stored = await raw.getJob(id);
  expect(stored).toMatchObject({ name: "w:charge", data: { amount: 1 } });
  expect(stored?.opts).toMatchObject({
    attempts: 3,
    priority: 200,
    backoff: { type: "fixed", delay: 1 },
    removeOnComplete: { age: 86_400, count: 1_000 },
    taskwright: { version: 1, timeoutMs: 60_000, headers: { trace: "x" } },
  });
});

test("a client given as an ioredis instance is used, and left open", async () => {
  const redis = new Redis(inject("redisUrl"));
  onTestFinished(() => redis.disconnect());
  const project = await openProject(inject("redisUrl"), { charge });
  const client = createTasks(project.catalog, { connection: redis, logger: silentLogger() });
  await client.w.charge.enqueue({ amount: 1 });
  await client.close();
  expect(await redis.ping()).toBe("PONG");
});

test("all queues of a client share one connection, opened with the first job", async () => {
  const { url, connections } = await openOwnRedis();
  const named = (queue: string) => ({ ...task(), name: `w:${queue}`, queue });
  const catalog = { queues: {}, workflows: { w: { one: named("shared-one"), two: named("shared-two") } } };
  const before = await connections();
  const client = createTasks(catalog, { connection: url, logger: silentLogger() });
  expect(await connections()).toBe(before);
  await client.w.one.enqueue();
  await client.w.two.enqueue();
  expect(await connections()).toBe(before + 1);
  await client.close();
});
