import { Revoke, SkipRetry } from "taskwright";
import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openQueue } from "../../runtime/store/queue.js";
import { openStore } from "../../runtime/store/store.js";
import { deferred, openProject, silentLogger, stores, task } from "../support/project.js";

describe.each(stores)("on $store", ({ connection }) => {
  let open: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => open.close());

  /** The project's queue as BullMQ has it, for what an operator does to it. */
  async function openBare(name: string) {
    const store = await openStore(connection(), "worker", silentLogger());
    onTestFinished(() => store.close());
    const queue = openQueue(store, name, silentLogger());
    return { queue, steps: store.steps };
  }

  test("a dead job keeps its reason, its attempts and the stack of each, with the causes", async () => {
    const project = await openProject(connection(), { pay: task({ retries: 1 }), skip: task({ retries: 5 }) });
    const { seen } = await project.work({
      pay: (_, job) => {
        throw new Error(`try ${job.attempt}`, { cause: new Error("the bank is closed") });
      },
      skip: () => {
        throw new SkipRetry("no such account");
      },
    });
    const pay = await project.tasks.pay.enqueue();
    const skip = await project.tasks.skip.enqueue();
    await seen.until("onDead", 2);
    const dead = await project.tasks.pay.get(pay.id);
    expect(dead).toMatchObject({ state: "dead", failedReason: "try 2", attempts: 2 });
    expect(dead?.stacks).toHaveLength(2);
    expect(dead?.stacks[0]).toMatch(/^Error: try 1\n.*endings\.test.*Caused by: Error: the bank is closed/s);
    expect(await project.tasks.skip.get(skip.id)).toMatchObject({
      state: "dead",
      failedReason: "no such account",
      attempts: 1,
      stacks: [expect.stringContaining("endings.test")],
    });
  });

  test("Revoke ends a job that has become pointless: not retried, not kept, told by its hook", async () => {
    const project = await openProject(connection(), { remind: task({ retries: 5, unique: { by: [] } }) });
    const { seen } = await project.work({
      remind: () => {
        throw new Revoke("already paid");
      },
    });
    const { id } = await project.tasks.remind.enqueue();
    const [revoked] = await seen.until("onRevoked");
    expect(revoked).toMatchObject({ jobId: id, attempt: 1, error: { message: "already paid" } });
    expect(seen.events).toMatchObject({ onFailure: [], onDead: [] });
    expect(await project.counts()).toEqual({ waiting: 0, active: 0, delayed: 0, completed: 0, failed: 0 });
    expect(await project.tasks.remind.enqueue()).toMatchObject({ deduplicated: false });
  });

  test("an id is taken while its job lives and after it completed, and free again after it died", async () => {
    const project = await openProject(connection(), { pay: task() });
    const gate = deferred();
    let fails = true;
    const { seen } = await project.work({
      pay: async () => {
        await gate.promise;
        if (fails) throw new Error("no");
      },
    });
    const pay = () => project.tasks.pay.enqueue(undefined, { id: "invoice-7" });
    expect(await pay()).toMatchObject({ id: "invoice-7", deduplicated: false });
    await seen.until("onStart");
    expect(await pay()).toMatchObject({ id: "invoice-7", deduplicated: true });
    gate.resolve();
    await seen.until("onDead");
    fails = false;
    const [one, two] = await project.tasks.pay.enqueueMany([{ id: "invoice-7" }, { id: "invoice-7" }]);
    expect([one, two]).toMatchObject([{ deduplicated: false }, { deduplicated: true }]);
    await seen.until("onSuccess");
    expect(await pay()).toMatchObject({ id: "invoice-7", deduplicated: true });
    expect(await project.counts()).toMatchObject({ completed: 1, failed: 0, waiting: 0 });
  });

  test("an id that a job of another task has is told with that task's name, and that job is left alone, also when dead", async () => {
    const project = await openProject(connection(), { pay: task(), refund: task() });
    const first = await project.tasks.pay.enqueue(undefined, { id: "order-9" });
    const told = { ...first, deduplicated: true };
    expect(await project.tasks.refund.enqueue(undefined, { id: "order-9" })).toEqual(told);
    const { seen } = await project.work({ pay: () => Promise.reject(new Error("no")), refund: () => undefined });
    await seen.until("onDead");
    expect(await project.tasks.refund.enqueue(undefined, { id: "order-9" })).toEqual(told);
    expect(await project.tasks.pay.get("order-9")).toMatchObject({ state: "dead" });
  });

  test("of many who replace a dead job at once, one does", async () => {
    const project = await openProject(connection(), { pay: task() });
    const { seen, worker } = await project.work({ pay: () => Promise.reject(new Error("no")) });
    await project.tasks.pay.enqueue(undefined, { id: "invoice-8" });
    await seen.until("onDead");
    await worker.close();
    const all = Array.from({ length: 20 }, () => project.tasks.pay.enqueue(undefined, { id: "invoice-8" }));
    expect((await Promise.all(all)).filter(({ deduplicated }) => !deduplicated)).toHaveLength(1);
    expect(await project.counts()).toMatchObject({ waiting: 1, failed: 0 });
  });

  test("a job that was retried meanwhile is not removed with the dead", async () => {
    const project = await openProject(connection(), { pay: task() });
    const { seen, worker } = await project.work({ pay: () => Promise.reject(new Error("no")) });
    const { id } = await project.tasks.pay.enqueue();
    await seen.until("onDead");
    await worker.close();
    const { queue, steps } = await openBare(project.queue);
    await (await queue.getJob(id))?.retry();
    expect(await steps.removeEnded(project.queue, id, "failed")).toBe(false);
    expect(await project.tasks.pay.get(id)).toMatchObject({ state: "waiting" });
  });

  test("a removed job leaves nothing behind", async () => {
    const project = await openProject(connection(), { pay: task() });
    const { seen } = await project.work({ pay: (_, job) => job.log("a line") });
    const { id } = await project.tasks.pay.enqueue();
    await seen.until("onSuccess");
    const { queue, steps } = await openBare(project.queue);
    expect(await steps.removeEnded(project.queue, id, "failed")).toBe(false);
    expect(await steps.removeEnded(project.queue, id, "completed")).toBe(true);
    expect(await queue.getJob(id)).toBeUndefined();
    expect((await queue.getJobLogs(id)).logs).toEqual([]);
    expect(await project.counts()).toMatchObject({ completed: 0 });
  });
});
