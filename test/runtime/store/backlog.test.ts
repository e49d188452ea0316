import type { TaskDefinition } from "taskwright";
import { describe, expect, onTestFinished, test } from "vitest";
import { openQueue } from "../../../runtime/store/queue.js";
import { openStore } from "../../../runtime/store/store.js";
import { deferred, openProject, silentLogger, stores, task } from "../../support/project.js";

describe.each(stores)("on $store", ({ connection }) => {
  async function open<T extends Readonly<Record<string, TaskDefinition>>>(definitions: T, limits = {}) {
    const project = await openProject(connection(), definitions, { limits });
    const store = await openStore(connection(), "producer", silentLogger());
    onTestFinished(() => store.close());
    const queue = openQueue(store, project.queue, silentLogger());
    onTestFinished(() => queue.close());
    return { ...project, bull: queue, backlog: () => store.backlog(project.queue) };
  }

  test("an empty queue has none", async () => {
    const { backlog } = await open({ step: task() });
    expect(await backlog()).toEqual({
      ...{ waiting: 0, active: 0, delayed: 0, completed: 0, dead: 0 },
      ...{ isPaused: false, isLimited: false, oldestDueAt: undefined },
    });
  });

  test("it counts by state, and tells since when the oldest waits, whatever its priority", async () => {
    const { tasks, work, backlog, bull } = await open({ good: task(), bad: task(), step: task() });
    const { seen, worker } = await work({
      good: () => undefined,
      bad: () => {
        throw new Error("bad");
      },
    });
    await tasks.good.enqueueMany([{}, {}, {}]);
    await tasks.bad.enqueue();
    await seen.until("onSuccess", 3);
    await seen.until("onDead");
    await worker.close();
    const from = Date.now();
    await tasks.step.enqueue(undefined, { priority: "low" });
    const to = Date.now();
    await tasks.step.enqueue(undefined, { delay: "1h" });
    await tasks.step.enqueue(undefined, { priority: "high" });
    await bull.pause();
    const { oldestDueAt, ...counts } = await backlog();
    expect(counts).toEqual({
      ...{ waiting: 2, active: 0, delayed: 1, completed: 3, dead: 1 },
      ...{ isPaused: true, isLimited: false },
    });
    expect(oldestDueAt).toBeGreaterThanOrEqual(from);
    expect(oldestDueAt).toBeLessThanOrEqual(to);
  });

  test("a job that was delayed waits since it is due, and a retry since then at the latest", async () => {
    const backoff = { type: "fixed", delayMs: 3_600_000, maxMs: 3_600_000, jitter: 0 } as const;
    const { tasks, work, backlog, queues } = await open({ step: task({ retries: 1, backoff }) });
    const due = Date.now() + 3_600_000;
    await tasks.step.enqueue(undefined, { delay: "1h" });
    await queues.promoteDelayed();
    expect((await backlog()).oldestDueAt).toBeGreaterThanOrEqual(due);
    const from = Date.now();
    const { seen, worker } = await work({
      step: () => {
        throw new Error("bad");
      },
    });
    await seen.until("onFailure");
    await worker.close();
    await queues.promoteDelayed();
    expect((await backlog()).oldestDueAt).toBeGreaterThanOrEqual(from + 3_600_000);
    expect((await backlog()).waiting).toBe(1);
  });

  test("a queue whose concurrency is used up is limited, and so is one whose rate is", async () => {
    const release = deferred();
    const full = await open({ step: task() }, { concurrency: 1 });
    await full.tasks.step.enqueueMany([{}, {}]);
    await full.work({ step: () => release.promise });
    await expect.poll(full.backlog).toMatchObject({ active: 1, waiting: 1, isLimited: true });
    release.resolve();
    await expect.poll(full.backlog).toMatchObject({ completed: 2, isLimited: false });

    const fast = await open({ step: task() }, { rateLimit: { max: 2, perMs: 60_000 } });
    await fast.tasks.step.enqueueMany([{}, {}, {}]);
    await fast.work({ step: () => undefined });
    await expect.poll(fast.backlog).toMatchObject({ completed: 2, waiting: 1, isLimited: true });
  });
});
