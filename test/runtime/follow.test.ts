import { AlreadyClosed, createTasks, JobCancelled, JobFailed, JobUnknown, WaitTimeout } from "taskwright";
import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openJobEvents } from "../../runtime/client/job-events.js";
import { openQueue } from "../../runtime/store/queue.js";
import { openStore } from "../../runtime/store/store.js";
import { openOwnRedis } from "../support/own-redis.js";
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

const charge = task<Amount, { receipt: string }>({
  payload: validatorOf(amountSchema),
  result: validatorOf({ type: "object", required: ["receipt"] }),
});
const timeout = "20s";

describe.each(stores)("on $store", ({ connection }) => {
  let open: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => open.close());

  test("a producer sees a job's state, progress, log and result", async () => {
    const project = await openProject(connection(), { charge });
    const gate = deferred();
    const told = deferred();
    const { id } = await project.tasks.charge.enqueue({ amount: 5 }, { headers: { trace: "t" } });
    expect(await project.tasks.charge.get(id)).toEqual({
      id,
      queue: project.queue,
      name: "w:charge",
      state: "waiting",
      payload: { amount: 5 },
      result: undefined,
      attempts: 0,
      failedReason: undefined,
      stacks: [],
      progress: 0,
      headers: { trace: "t" },
      enqueuedAt: expect.any(Date),
      startedAt: undefined,
      endedAt: undefined,
    });
    const { seen } = await project.work({
      charge: async ({ amount }, job) => {
        await job.log("asking the bank");
        await job.progress({ percent: 40 });
        told.resolve();
        await gate.promise;
        return { receipt: `R-${amount}` };
      },
    });
    await told.promise;
    expect(await project.tasks.charge.get(id)).toMatchObject({ state: "active", progress: { percent: 40 } });
    expect(await project.tasks.charge.logs(id)).toEqual(["asking the bank"]);
    gate.resolve();
    await seen.until("onSuccess");
    const view = await project.tasks.charge.get(id);
    expect(view).toMatchObject({ state: "completed", result: { receipt: "R-5" }, attempts: 1 });
    expect(view?.endedAt?.getTime()).toBeGreaterThanOrEqual(view?.startedAt?.getTime() ?? Number.NaN);
    const later = await project.tasks.charge.enqueue({ amount: 1 }, { delay: "1h" });
    expect(await project.tasks.charge.get(later.id)).toMatchObject({ state: "delayed" });
    expect(await project.tasks.charge.get("nobody")).toBeUndefined();
  });

  test("waitFor resolves with the result, of a job to come and of one that has ended", async () => {
    const project = await openProject(connection(), { charge });
    const job = await project.tasks.charge.enqueue({ amount: 5 });
    const waiting = project.tasks.charge.waitFor(job, { timeout });
    await project.work({ charge: ({ amount }) => ({ receipt: `R-${amount}` }) });
    const { receipt } = await waiting;
    expect(receipt).toBe("R-5");
    expect(await project.tasks.charge.waitFor(job.id, { timeout: 10_000 })).toEqual({ receipt: "R-5" });
  });

  test("a hundred at once, enqueued while their jobs already run", async () => {
    const project = await openProject(connection(), { charge });
    await project.work({ charge: ({ amount }) => ({ receipt: `R-${amount}` }) });
    const receipts = Array.from({ length: 100 }, async (_, n) => {
      const job = await project.tasks.charge.enqueue({ amount: n + 1 });
      return (await project.tasks.charge.waitFor(job, { timeout })).receipt;
    });
    expect(await Promise.all(receipts)).toEqual(Array.from({ length: 100 }, (_, n) => `R-${n + 1}`));
  });

  test("it waits through retries, and rejects with JobFailed when the job is dead", async () => {
    const project = await openProject(connection(), { charge: { ...charge, retries: 2 } });
    const { id } = await project.tasks.charge.enqueue({ amount: 5 });
    const waiting = project.tasks.charge.waitFor(id, { timeout });
    waiting.catch(() => undefined);
    await project.work({ charge: () => Promise.reject(new Error("no funds")) });
    await expect(waiting).rejects.toBeInstanceOf(JobFailed);
    await expect(waiting).rejects.toMatchObject({ jobId: id, reason: "no funds", attempts: 3 });
  });

  test("it rejects with JobCancelled, also of a job that waited", async () => {
    const project = await openProject(connection(), { charge });
    const { id } = await project.tasks.charge.enqueue({ amount: 5 });
    const waiting = project.tasks.charge.waitFor(id, { timeout });
    waiting.catch(() => undefined);
    await project.tasks.charge.cancel(id, "a typo");
    await expect(waiting).rejects.toThrow(new JobCancelled("Cancelled: a typo"));
    await expect(waiting).rejects.toBeInstanceOf(JobCancelled);
  });

  test("it rejects with WaitTimeout, and the job goes on", async () => {
    const project = await openProject(connection(), { charge });
    const { id } = await project.tasks.charge.enqueue({ amount: 5 });
    await expect(project.tasks.charge.waitFor(id, { timeout: 50 })).rejects.toBeInstanceOf(WaitTimeout);
    expect(await project.tasks.charge.get(id)).toMatchObject({ state: "waiting" });
  });

  test("a job that isn't kept is waited for all the same, when the wait began before its end", async () => {
    const nothing = { completed: { ageMs: 0, count: 0 }, failed: { ageMs: 0, count: 0 } };
    const project = await openProject(connection(), { charge: { ...charge, retention: nothing } });
    const job = await project.tasks.charge.enqueue({ amount: 5 });
    const bad = await project.tasks.charge.enqueue({ amount: 6 });
    const gate = deferred();
    const waiting = [job, bad].map((each) => project.tasks.charge.waitFor(each, { timeout }));
    for (const each of waiting) each.catch(() => undefined);
    // Resolves once the client listens: the reader is opened by the first wait.
    await expect(project.tasks.charge.waitFor("nobody", { timeout })).rejects.toBeInstanceOf(JobUnknown);
    await project.work({
      charge: async ({ amount }) => {
        await gate.promise;
        if (amount === 6) throw new Error("no");
        return { receipt: "R" };
      },
    });
    gate.resolve();
    expect(await waiting[0]).toEqual({ receipt: "R" });
    await expect(waiting[1]).rejects.toMatchObject({ reason: "no", attempts: undefined });
    await expect(project.tasks.charge.waitFor(job, { timeout })).rejects.toBeInstanceOf(JobUnknown);
  });

  test("it rejects with JobUnknown when the job is removed meanwhile", async () => {
    const project = await openProject(connection(), { charge });
    const { id } = await project.tasks.charge.enqueue({ amount: 5 });
    const waiting = project.tasks.charge.waitFor(id, { timeout });
    waiting.catch(() => undefined);
    // Resolves once the client listens.
    await expect(project.tasks.charge.waitFor("nobody", { timeout })).rejects.toBeInstanceOf(JobUnknown);
    const store = await openStore(connection(), "producer", silentLogger());
    onTestFinished(() => store.close());
    const queue = openQueue(store, project.queue, silentLogger());
    await queue.remove(id);
    await queue.close();
    await expect(waiting).rejects.toBeInstanceOf(JobUnknown);
  });

  test("closing the client ends its waits", async () => {
    const project = await openProject(connection(), { charge });
    const client = createTasks(project.catalog, { connection: connection(), logger: silentLogger() });
    const job = await client.w.charge.enqueue({ amount: 5 });
    const waiting = client.w.charge.waitFor(job, { timeout });
    waiting.catch(() => undefined);
    await expect(client.w.charge.waitFor("nobody", { timeout })).rejects.toBeInstanceOf(JobUnknown);
    await client.close();
    await expect(waiting).rejects.toBeInstanceOf(AlreadyClosed);
  });
});

test.each(stores)(
  "on $store a reader that nobody needs any more says so, and tells while somebody does",
  async ({ connection }) => {
    const project = await openProject(connection(), { charge });
    const store = await openStore(connection(), "producer", silentLogger());
    onTestFinished(() => store.close());
    const queue = openQueue(store, project.queue, silentLogger());
    const idle = deferred();
    const events = await openJobEvents(store, queue, silentLogger(), idle.resolve, 1);
    const { id } = await project.tasks.charge.enqueue({ amount: 1 });
    const ended = deferred<unknown>();
    const stopOne = events.onEnd(id, ended.resolve);
    const stopOther = events.onEnd("other", () => ended.resolve("the wrong job"));
    stopOther();
    await project.tasks.charge.cancel(id);
    expect(await ended.promise).toEqual({ kind: "failed", reason: "Cancelled." });
    stopOne();
    await idle.promise;
    await events.close();
    await queue.close();
  },
);

test("any number of waits share one connection for their queue, opened with the first", async () => {
  const { url, connections } = await openOwnRedis();
  const project = await openProject(url, { charge });
  const jobs = await project.tasks.charge.enqueueMany([{ payload: { amount: 1 } }, { payload: { amount: 2 } }]);
  await project.counts();
  const before = await connections();
  const waits = jobs.map((job) => project.tasks.charge.waitFor(job, { timeout: 500 }).catch(() => undefined));
  await expect(project.tasks.charge.waitFor("nobody", { timeout })).rejects.toBeInstanceOf(JobUnknown);
  await Promise.all(waits);
  expect(await connections()).toBe(before + 1);
});
