import { randomUUID } from "node:crypto";
import { Worker as BullWorker, type IQueueBackend } from "bullmq";
import { describe, expect, onTestFinished, test } from "vitest";
import type { DispatchEvents, Lane } from "../../../runtime/dispatch/dispatch.js";
import { openQueueWorker } from "../../../runtime/dispatch/queue-worker.js";
import { openQueue, type StoreJob } from "../../../runtime/store/queue.js";
import { openStore } from "../../../runtime/store/store.js";
import { silentLogger, stores } from "../../support/project.js";
import { turns } from "../../support/turns.js";

const settings = { lockDurationMs: 30_000, stalledIntervalMs: 30_000, maxCrashes: 2 };
const keep = { priority: 200, removeOnComplete: { age: 1_000, count: 1_000 } };

describe.each(stores)("on $store", ({ connection }) => {
  async function openWorker(perform: DispatchEvents["perform"]) {
    const lane: Lane = { queue: `driven-${randomUUID()}`, weight: 1 };
    const store = await openStore(connection(), "worker", silentLogger());
    const queue = openQueue(store, lane.queue, silentLogger());
    const told: string[] = [];
    const events: DispatchEvents = {
      perform,
      lockLost: () => undefined,
      succeeded: (job) => void told.push(`${job.name} succeeded`),
      failed: (job, _queue, error) => void told.push(`${job.name} failed: ${error.message}`),
    };
    const worker = openQueueWorker(store, lane.queue, settings, events, () => undefined, silentLogger());
    onTestFinished(async () => {
      await worker.getBackend().disconnectBlocking(true);
      await worker.close();
      await queue.close();
      await store.close();
    });
    await worker.waitUntilReady();
    return { store, queue, worker, told };
  }

  test("a success leaves the job as BullMQ's own way leaves it", async () => {
    const result = { amounts: [0, 1], text: "naïve" };
    const { store, queue, worker, told } = await openWorker(async () => result);
    const { options, backend } = store.bind(queue.name);
    const theirs = new BullWorker<unknown, unknown, string, IQueueBackend>(
      queue.name,
      async () => result,
      { ...options, autorun: false },
      backend,
    );
    onTestFinished(async () => {
      await theirs.getBackend().disconnectBlocking(true);
      await theirs.close();
    });
    await theirs.waitUntilReady();
    await queue.addBulk(["a", "b"].map((name) => ({ name, data: { name }, opts: keep })));
    await worker.work((await worker.take("ours")) as StoreJob, "ours", () => false);
    await theirs.processJob((await theirs.getNextJob("theirs", { block: false })) as StoreJob, "theirs", () => false);

    const completed = (await queue.getCompleted()).sort((a, b) => (a.name < b.name ? -1 : 1));
    const [ours, other] = completed.map((job) => {
      const { id, name, data, timestamp, processedOn, finishedOn, ...rest } = job.asJSON();
      const times = [processedOn, finishedOn].map((time) => typeof time);
      return { ...rest, times, returnvalue: job.returnvalue };
    });
    expect(ours).toEqual(other);
    expect(ours).toMatchObject({ attemptsMade: 1, attemptsStarted: 1, returnvalue: result });
    expect(told).toEqual(["a succeeded"]);
  });

  test("the next job comes with the outcome, of a success as of a failure, when it is asked for", async () => {
    const { queue, worker, told } = await openWorker(async ({ name }) => {
      if (name === "b") throw new Error("no");
    });
    await queue.addBulk(["a", "b", "c", "d"].map((name) => ({ name, data: {}, opts: keep })));
    const first = (await worker.take("token")) as StoreJob;
    const second = (await worker.work(first, "token", () => true)) as StoreJob;
    const third = (await worker.work(second, "token", () => true)) as StoreJob;
    expect([first.name, second.name, third.name]).toEqual(["a", "b", "c"]);
    expect(await worker.work(third, "token", () => false)).toBeUndefined();
    expect(told).toEqual(["a succeeded", "b failed: no", "c succeeded"]);
    expect(await queue.getJobCounts("completed", "failed", "active", "prioritized")).toEqual({
      completed: 2,
      failed: 1,
      active: 0,
      prioritized: 1,
    });
  });

  test("a success whose lock is gone is not told, and leaves its slot without a job", async () => {
    const { queue, worker, told } = await openWorker(async () => undefined);
    const errors: Error[] = [];
    worker.on("error", (error) => void errors.push(error));
    await queue.addBulk(["a", "b"].map((name) => ({ name, data: {}, opts: keep })));
    const job = (await worker.take("mine")) as StoreJob;
    expect(await worker.work(job, "another's", () => true)).toBeUndefined();
    expect(told).toEqual([]);
    expect(errors.map(({ message }) => message).join()).toMatch(/lock/i);
    expect(await queue.getJobCounts("active", "completed")).toEqual({ active: 1, completed: 0 });
  });

  test("one whose lock is gone while completed jobs are removed is like any other", async () => {
    const { store, queue, worker, told } = await openWorker(async () => undefined);
    // They are slower to remove than the outcome is to fail.
    const { trimCompleted } = store.steps;
    store.steps.trimCompleted = (...args) => turns(20).then(() => trimCompleted(...args));
    const errors: Error[] = [];
    worker.on("error", (error) => void errors.push(error));
    const unheard: unknown[] = [];
    const hear = (reason: unknown) => void unheard.push(reason);
    process.on("unhandledRejection", hear);
    onTestFinished(() => void process.off("unhandledRejection", hear));
    await queue.addBulk(Array.from({ length: 32 }, () => ({ name: "a", data: {}, opts: keep })));
    for (let n = 1; n <= 32; n += 1) {
      const job = (await worker.take("mine")) as StoreJob;
      await worker.work(job, n === 32 ? "another's" : "mine", () => false);
    }
    expect(told).toHaveLength(31);
    expect(errors.map(({ message }) => message).join()).toMatch(/lock/i);
    expect(unheard).toEqual([]);
  });

  test("every so many successes the completed jobs beyond what their queue keeps go, the oldest first", async () => {
    const { store, queue, worker } = await openWorker(async () => undefined);
    const few = { ...keep, removeOnComplete: { age: 1_000, count: 5 } };
    await queue.addBulk(Array.from({ length: 64 }, (_, n) => ({ name: `${n}`, data: {}, opts: few })));
    for (let job = await worker.take("t"); job !== undefined; ) {
      await job.log("begun");
      job = await worker.work(job, "t", () => true);
    }
    // The last of them was the second time, and may have been recorded after it.
    const kept = (await queue.getCompleted()).map(({ name }) => Number(name));
    expect(Math.min(...kept)).toBeGreaterThanOrEqual(58);
    await store.steps.trimCompleted(queue.name, { count: 2, ageS: 1_000, now: Date.now() });
    const [last, ...others] = await queue.getCompleted();
    expect([last?.name, ...others.map(({ name }) => name)]).toEqual(["63", "62"]);
    expect((await queue.getJobLogs(last?.id ?? "")).logs).toEqual(["begun"]);
    await store.steps.trimCompleted(queue.name, { count: 2, ageS: 1_000, now: Date.now() + 2_000_000 });
    expect(await queue.getCompletedCount()).toBe(0);
    expect((await queue.getJobLogs(last?.id ?? "")).logs).toEqual([]);
  });
});
