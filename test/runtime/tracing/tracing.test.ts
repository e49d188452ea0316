import { Worker as BullWorker, Queue } from "bullmq";
import { BullMQOtel } from "bullmq-otel";
import { createTasks, InvalidPayload, type TaskDefinition } from "taskwright";
import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { openQueue } from "../../../runtime/store/queue.js";
import { openStore } from "../../../runtime/store/store.js";
import {
  type Amount,
  amountSchema,
  deferred,
  openProject,
  silentLogger,
  stores,
  task,
  validatorOf,
} from "../../support/project.js";
import { recordSpans } from "../../support/spans.js";

const spans = recordSpans();
const telemetry = new BullMQOtel({ tracerName: "test" });

/** A project whose clients and workers are traced, and its spans: those named after its queue, and of `also`. */
async function openTraced<T extends Readonly<Record<string, TaskDefinition>>>(connection: string, definitions: T) {
  const project = await openProject(connection, definitions);
  const { queue, catalog, logger } = project;
  const tasks = createTasks(catalog, { connection, logger, telemetry });
  onTestFinished(() => tasks.close());
  const seen = (also = queue) =>
    spans.seen(new RegExp(`${queue}|${also}`)).map((span) => ({ ...span, name: span.name.replace(queue, "q") }));
  return {
    ...project,
    tasks: tasks.w,
    seen,
    tree: (also?: string) =>
      seen(also).map(({ name, kind, parent, error }) => {
        const under = parent?.replace(queue, "q");
        return error === undefined ? [name, kind, under] : [name, kind, under, error];
      }),
    traceIds: (also?: string) => new Set(seen(also).map(({ traceId }) => traceId)),
    work: (handlers: Parameters<typeof project.work>[0]) => project.work(handlers, { telemetry }),
  };
}

describe.each(stores)("on $store", ({ store, connection }) => {
  let open: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => open.close());

  test("one trace leads from a request through a failed attempt and its retry to a job that the handler enqueues", async () => {
    const definitions = { parent: task({ retries: 1 }), child: task() };
    const project = await openTraced(connection(), definitions);
    const names = { request: `request on ${store}`, inside: `inside on ${store}` };
    const { seen } = await project.work({
      parent: async (_, job) => {
        if (job.attempt === 1) throw new TypeError("no route to the bank");
        await job.tasks.w.child.enqueue();
      },
      child: () => spans.within(names.inside, async () => undefined),
    });
    await spans.within(names.request, () => project.tasks.parent.enqueue());
    await seen.until("onSuccess", 2);
    const also = `^(${names.request}|${names.inside})$`;
    expect(project.tree(also)).toEqual([
      [names.request, "INTERNAL", undefined],
      ["add q.w:parent", "PRODUCER", names.request],
      ["process q.w:parent", "CONSUMER", "add q.w:parent", "no route to the bank"],
      ["process q.w:parent", "CONSUMER", "add q.w:parent"],
      ["add q.w:child", "PRODUCER", "process q.w:parent"],
      ["process q.w:child", "CONSUMER", "add q.w:child"],
      [names.inside, "INTERNAL", "process q.w:child"],
    ]);
    expect(project.traceIds(also).size).toBe(1);
    const [, , failed, retried] = project.seen(also);
    expect(failed).toMatchObject({
      events: ["exception"],
      attributes: {
        "bullmq.queue.name": project.queue,
        "bullmq.job.name": "w:parent",
        "bullmq.job.id": expect.any(String),
        "bullmq.job.attempts.made": 0,
        "taskwright.outcome": "failed",
        "error.type": "TypeError",
      },
    });
    expect(retried).toMatchObject({
      events: [],
      attributes: { "bullmq.job.attempts.made": 1, "taskwright.outcome": "succeeded" },
    });
  });

  test("the jobs of enqueueMany continue from one span, which says how many they are", async () => {
    const project = await openTraced(connection(), { work: task() });
    const { seen } = await project.work({ work: () => undefined });
    await project.tasks.work.enqueueMany([{}, { delay: 1 }, {}]);
    await seen.until("onSuccess", 3);
    expect(project.tree()).toEqual([
      ["addBulk q.w:work", "PRODUCER", undefined],
      ...Array.from({ length: 3 }, () => ["process q.w:work", "CONSUMER", "addBulk q.w:work"]),
    ]);
    expect(project.seen()[0]?.attributes).toMatchObject({ "bullmq.job.bulk.count": 3 });
  });

  test("runs of a schedule begin a trace each, whatever span the worker was started in", async () => {
    const schedules = { often: { cron: "* * * * * *", timezone: "UTC" } };
    const project = await openTraced(connection(), { tick: task({ schedules }), other: task() });
    await spans.within(`bootstrap on ${store}`, async () => {
      const { seen } = await project.work({ tick: () => undefined, other: () => undefined });
      await project.tasks.other.enqueue();
      await seen.until("onSuccess", 3);
    });
    const ticks = project.seen().filter(({ name }) => name === "process q.w:tick");
    expect(ticks.length).toBeGreaterThan(1);
    expect(new Set(ticks.map(({ traceId }) => traceId)).size).toBe(ticks.length);
    expect(ticks.map(({ parent }) => parent)).toEqual(ticks.map(() => undefined));
  });

  test("a job with no trace, or one that cannot be read, begins its own", async () => {
    const project = await openTraced(connection(), { work: task() });
    const bare = await openStore(connection(), "producer", silentLogger());
    onTestFinished(() => bare.close());
    const queue = openQueue(bare, project.queue, silentLogger());
    onTestFinished(() => queue.close());
    for (const metadata of [undefined, "neither JSON nor a trace", "null", "{}", '{"traceparent":"00-0-0-zz"}']) {
      await queue.add("w:work", {}, { ...(metadata !== undefined && { telemetry: { metadata } }), priority: 1 });
    }
    const { seen } = await project.work({ work: () => undefined });
    await seen.until("onSuccess", 5);
    expect(project.tree()).toEqual(Array.from({ length: 5 }, () => ["process q.w:work", "CONSUMER", undefined]));
    expect(project.traceIds().size).toBe(5);
  });

  test("what is not enqueued, and what dies before its handler is called, is an error in its span", async () => {
    const paid = task<Amount>({ payload: validatorOf(amountSchema) });
    const project = await openTraced(connection(), { paid });
    const { seen } = await project.work({ paid: () => undefined });
    await expect(project.tasks.paid.enqueue({ amount: -1 })).rejects.toBeInstanceOf(InvalidPayload);
    const bare = await openStore(connection(), "producer", silentLogger());
    onTestFinished(() => bare.close());
    const queue = openQueue(bare, project.queue, silentLogger());
    onTestFinished(() => queue.close());
    await queue.add("w:paid", { amount: -1 }, { priority: 1 });
    await seen.until("onDead");
    const [refused, dead] = project.seen();
    for (const span of [refused, dead]) {
      expect(span).toMatchObject({
        error: expect.stringContaining("/amount"),
        attributes: { "error.type": "InvalidPayload" },
      });
    }
    expect([refused?.name, dead?.name]).toEqual(["add q.w:paid", "process q.w:paid"]);
    expect(dead?.attributes).toMatchObject({ "taskwright.outcome": "dead" });
  });

  test("a job that was there already is told by its span", async () => {
    const project = await openTraced(connection(), { work: task() });
    for (const _ of [1, 2]) await project.tasks.work.enqueue(undefined, { id: "once" });
    expect(project.seen().map(({ attributes }) => attributes)).toMatchObject([
      { "bullmq.job.id": "once", "taskwright.deduplicated": false },
      { "bullmq.job.id": "once", "taskwright.deduplicated": true },
    ]);
  });
});

test("traces lead from BullMQ's own queue into our handlers, and from our clients into BullMQ's own worker", async () => {
  const project = await openTraced(inject("redisUrl"), { ours: task(), theirs: task() });
  const { options, backend } = (await storeOf(inject("redisUrl"))).bind(project.queue);
  const queue = new Queue(project.queue, { ...options, telemetry }, backend);
  onTestFinished(() => queue.close());
  const { seen, worker } = await project.work({ ours: () => undefined });
  await queue.add("w:ours", {}, { priority: 1 });
  await seen.until("onSuccess");
  await worker.close();
  await project.tasks.theirs.enqueue();
  const done = deferred();
  const native = new BullWorker(project.queue, async () => done.resolve(), { ...options, telemetry }, backend);
  onTestFinished(() => native.close());
  await done.promise;
  await native.close();
  const handled = project.tree().filter(([name]) => /^(add|process) /.test(name ?? ""));
  expect(handled).toEqual([
    ["add q.w:ours", "PRODUCER", undefined],
    ["process q.w:ours", "CONSUMER", "add q.w:ours"],
    ["add q.w:theirs", "PRODUCER", undefined],
    ["process q", "CONSUMER", "add q.w:theirs"],
  ]);
});

test("without telemetry a job carries no trace, though a span is active", async () => {
  const project = await openProject(inject("redisUrl"), { work: task() });
  const queue = openQueue(await storeOf(inject("redisUrl")), project.queue, silentLogger());
  onTestFinished(() => queue.close());
  await spans.within("untraced", () => project.tasks.work.enqueueMany([{}, { id: "mine" }]));
  const jobs = await queue.getPrioritized();
  expect(jobs.map(({ opts }) => opts.telemetry)).toEqual([undefined, undefined]);
  expect(spans.seen(new RegExp(project.queue))).toEqual([]);
});

async function storeOf(connection: string) {
  const store = await openStore(connection, "worker", silentLogger());
  onTestFinished(() => store.close());
  return store;
}
