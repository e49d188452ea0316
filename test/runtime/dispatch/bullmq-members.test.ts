import { randomUUID } from "node:crypto";
import { Worker as BullWorker } from "bullmq";
import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { openQueue } from "../../../runtime/store/queue.js";
import { openStore } from "../../../runtime/store/store.js";
import { silentLogger, stores } from "../../support/project.js";

/*
 * What the pool leans on in BullMQ beyond its documented use. When a new version fails here, read runtime/dispatch
 * again before raising the range in package.json.
 */

describe.each(stores)("on $store", ({ connection }) => {
  let open: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => open.close());

  async function openPair() {
    const name = `contract-${randomUUID()}`;
    const store = await openStore(connection(), "worker", silentLogger());
    const queue = openQueue(store, name, silentLogger());
    const { options, backend } = store.bind(name);
    const worker = new BullWorker(name, async () => "done", { ...options, autorun: false }, backend);
    onTestFinished(async () => {
      await worker.getBackend().disconnectBlocking(true);
      await worker.close();
      await queue.close();
      await store.close();
    });
    await worker.waitUntilReady();
    return { queue, worker, backend: worker.getBackend() };
  }

  test("an answer without a job tells when the next delayed one is due, and how long the rate limit lasts", async () => {
    const { queue, backend } = await openPair();
    const none = await backend.moveToActive("token");
    expect([none[0] ?? null, Number(none[2] ?? 0), Number(none[3] ?? 0)]).toEqual([null, 0, 0]);
    const job = await queue.add("later", {}, { delay: 60_000, priority: 200 });
    const [, , , dueAt] = await backend.moveToActive("token");
    expect(Math.abs(Number(dueAt) - (job.timestamp + 60_000))).toBeLessThan(2);
    await queue.setGlobalRateLimit(1, 60_000);
    await queue.add("now", {}, { priority: 200 });
    await queue.add("now", {}, { priority: 200 });
    const [first] = await backend.moveToActive("token");
    expect(first).toMatchObject({ name: "now" });
    const [second, , limitMs] = await backend.moveToActive("token");
    expect(second).toBeNull();
    expect(Number(limitMs)).toBeGreaterThan(50_000);
  });

  test("processJob asks once whether to fetch, gives the next job with the outcome, and fetches none otherwise", async () => {
    const { queue, worker } = await openPair();
    await queue.addBulk([1, 2, 3].map((n) => ({ name: `j${n}`, data: {}, opts: { priority: 200 } })));
    const first = await worker.getNextJob("token", { block: false });
    let asked = 0;
    const second = await worker.processJob(first, "token", () => {
      asked += 1;
      return true;
    });
    expect([first.name, second?.name, asked]).toEqual(["j1", "j2", 1]);
    if (second === undefined) return;
    expect(await worker.processJob(second, "token", () => false)).toBeUndefined();
    expect(await queue.getJobCounts("prioritized", "waiting", "completed", "active")).toMatchObject({
      completed: 2,
      active: 0,
    });
  });

  test("a blocked wait ends with a job, and disconnectBlocking ends it without", async () => {
    const { queue, backend } = await openPair();
    const woken = backend.waitForJob(30);
    await queue.add("now", {}, { priority: 200 });
    expect(await woken).toMatchObject({ score: 0 });
    await backend.moveToActive("token");
    // Taking a job wakes the next worker, which finds none.
    await backend.waitForJob(0.05);
    const interrupted = backend.waitForJob(30).catch(() => null);
    await backend.disconnectBlocking(true);
    expect(await interrupted).toBeNull();
  });

  test("extendJobLocks names the jobs whose lock is not ours", async () => {
    const { queue, worker } = await openPair();
    const added = await queue.add("now", {}, { priority: 200 });
    await worker.getNextJob("mine", { block: false });
    const id = added.id ?? "";
    expect(await worker.extendJobLocks([id], ["mine"], 30_000)).toEqual([]);
    expect(await worker.extendJobLocks([id], ["theirs"], 30_000)).toEqual([id]);
  });
});

test("a wait takes the marker from everybody, and handing it back wakes the next", async () => {
  const name = `contract-${randomUUID()}`;
  const store = await openStore(inject("redisUrl"), "worker", silentLogger());
  const { options, backend } = store.bind(name);
  const queue = openQueue(store, name, silentLogger());
  const worker = new BullWorker(name, async () => undefined, { ...options, autorun: false }, backend);
  await worker.waitUntilReady();
  onTestFinished(async () => {
    await worker.getBackend().disconnectBlocking(true);
    await worker.close();
    await queue.close();
    await store.close();
  });
  await queue.add("now", {}, { priority: 200 });
  const marker = await worker.getBackend().waitForJob(1);
  expect(marker).toEqual({ member: "0", score: 0 });
  expect(await worker.getBackend().waitForJob(0.05)).toBeNull();
  if (marker !== null) await store.handBack(worker.getBackend(), marker);
  expect(await worker.getBackend().waitForJob(1)).toEqual(marker);
});
