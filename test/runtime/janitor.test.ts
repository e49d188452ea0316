import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { queuesOf } from "../../runtime/catalog.js";
import { openQueue } from "../../runtime/store/queue.js";
import { openStore } from "../../runtime/store/store.js";
import { cleanQueue } from "../../runtime/upkeep/janitor.js";
import { openProject, silentLogger, stores, task } from "../support/project.js";

const keep = (ageMs: number, count: number) => ({ ageMs, count });
const day = 86_400_000;

describe.each(stores)("on $store", ({ connection }) => {
  let open: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => open.close());

  /** A queue of two tasks of which `few` jobs and `many` jobs have ended, each in both ways, and its janitor. */
  async function openEnded() {
    const project = await openProject(connection(), {
      few: task({ retention: { completed: keep(day, 2), failed: keep(day, 3) } }),
      many: task({ retention: { completed: keep(10 * day, 500), failed: keep(10 * day, 500) } }),
    });
    const end = (_: undefined, job: { headers: Readonly<Record<string, string>> }) => {
      if (job.headers.fail === "yes") throw new Error("no");
    };
    const { seen, worker } = await project.work({ few: end, many: end });
    for (const fail of ["yes", "no"]) {
      const job = { headers: { fail } };
      await project.tasks.few.enqueueMany(Array.from({ length: 5 }, () => job));
      await project.tasks.many.enqueueMany(Array.from({ length: 205 }, () => job));
    }
    await seen.until("onDead", 210);
    await seen.until("onSuccess", 210);
    await worker.close();
    const store = await openStore(connection(), "worker", project.logger);
    onTestFinished(() => store.close());
    const queue = openQueue(store, project.queue, silentLogger());
    const [declared] = queuesOf(project.catalog);
    if (declared === undefined) throw new Error("This catalog has a queue.");
    const clean = (afterMs: number) => cleanQueue(queue, store.steps, declared, Date.now() + afterMs, project.logger);
    return { ...project, clean };
  }

  test("each task keeps its own count, in an idle queue and over several pages", async () => {
    const project = await openEnded();
    expect(await project.counts()).toMatchObject({ completed: 210, failed: 210 });
    expect(await project.clean(0)).toEqual([
      { task: "w:few", outcome: "completed", count: 3 },
      { task: "w:few", outcome: "failed", count: 2 },
    ]);
    expect(await project.clean(0)).toEqual([]);
    expect(await project.counts()).toMatchObject({ completed: 207, failed: 208 });
    expect(project.logger.lines).toContainEqual({
      level: "info",
      fields: { queue: project.queue, task: "w:few", count: 2 },
      message: "removed from the dead letter",
    });
  });

  test("each task keeps its own age", async () => {
    const project = await openEnded();
    await project.clean(2 * day);
    expect(await project.queues.jobs("completed", { task: "w:few" })).toEqual([]);
    expect(await project.counts()).toMatchObject({ completed: 205, failed: 205 });
    await project.clean(11 * day);
    expect(await project.counts()).toMatchObject({ completed: 0, failed: 0 });
  });

  test("a worker does so by itself while its queues are idle, and tells how many left the dead letter", async () => {
    const project = await openProject(connection(), {
      pay: task({ retention: { completed: keep(day, 2), failed: keep(day, 3) } }),
    });
    const pay = (_: undefined, job: { headers: Readonly<Record<string, string>> }) => {
      if (job.headers.fail === "yes") throw new Error("no");
    };
    const { seen } = await project.work({ pay }, { cleanInterval: 2_000 });
    await project.tasks.pay.enqueueMany(
      Array.from({ length: 12 }, (_, n) => ({ headers: { fail: n % 2 ? "yes" : "no" } })),
    );
    await seen.until("onDead", 6);
    await seen.until("onSuccess", 6);
    await expect.poll(() => project.counts(), { timeout: 10_000 }).toMatchObject({ completed: 2, failed: 3 });
    // It tells what it has removed, after that.
    const told = () => {
      const lines = project.logger.lines.filter(({ message }) => message === "removed from the dead letter");
      return lines.reduce((sum, { fields }) => sum + (fields as { count: number }).count, 0);
    };
    await expect.poll(told).toBe(3);
  });
});
