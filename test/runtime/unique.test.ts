import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { openQueue } from "../../runtime/store/queue.js";
import { openStore } from "../../runtime/store/store.js";
import { deferred, openProject, silentLogger, stores, task, validatorOf } from "../support/project.js";

interface Due {
  circle: string;
  user: number;
  note?: string;
}
const payload = validatorOf({ type: "object", required: ["circle", "user"] });
const forAnHour = task<Due>({ payload, unique: { by: ["circle", "user"], forMs: 3_600_000 } });
const untilCompleted = task<Due>({ payload, unique: { by: ["circle", "user"] } });
const due: Due = { circle: "c", user: 1 };

describe.each(stores)("on $store", ({ connection }) => {
  let open: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => open.close());

  test("a second job with the same values is told which one is there, and isn't added", async () => {
    const { tasks, counts } = await openProject(connection(), { remind: untilCompleted });
    const first = await tasks.remind.enqueue(due);
    expect(first).toMatchObject({ deduplicated: false });
    const second = await tasks.remind.enqueue({ ...due, note: "again" });
    expect(second).toEqual({ ...first, deduplicated: true });
    expect(await tasks.remind.enqueue({ ...due, user: 2 })).toMatchObject({ deduplicated: false });
    expect(await counts()).toMatchObject({ waiting: 2 });
  });

  test("of many that come at once exactly one is added, and the others learn its id", async () => {
    const { tasks, counts } = await openProject(connection(), { remind: forAnHour });
    const answers = await Promise.all(Array.from({ length: 20 }, () => tasks.remind.enqueue(due)));
    expect(answers.filter(({ deduplicated }) => !deduplicated)).toHaveLength(1);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await counts()).toMatchObject({ waiting: 1 });
  });

  test("the same within one enqueueMany", async () => {
    const { tasks, counts } = await openProject(connection(), { remind: untilCompleted });
    const [a, b, c] = await tasks.remind.enqueueMany([
      { payload: due },
      { payload: { ...due, user: 2 } },
      { payload: due, delay: "1h" },
    ]);
    expect([a, b, c]).toMatchObject([{ deduplicated: false }, { deduplicated: false }, { deduplicated: true }]);
    expect(c?.id).toBe(a?.id);
    expect(await counts()).toMatchObject({ waiting: 2, delayed: 0 });
  });

  test.each([
    ["for", forAnHour],
    ["until", untilCompleted],
  ])("with `%s` the value is free again when the job has ended, either way", async (_, remind) => {
    const project = await openProject(connection(), { remind });
    const gate = deferred();
    const { seen } = await project.work({
      remind: async ({ note }) => {
        await gate.promise;
        if (note === "fail") throw new Error("no");
      },
    });
    await project.tasks.remind.enqueue({ ...due, note: "fail" });
    await seen.until("onStart");
    expect(await project.tasks.remind.enqueue(due)).toMatchObject({ deduplicated: true });
    gate.resolve();
    await seen.until("onDead");
    expect(await project.tasks.remind.enqueue(due)).toMatchObject({ deduplicated: false });
    await seen.until("onSuccess");
    expect(await project.tasks.remind.enqueue(due)).toMatchObject({ deduplicated: false });
  });

  test("a retry that waits still holds the value", async () => {
    const backoff = { type: "fixed", delayMs: 3_600_000, maxMs: 3_600_000, jitter: 0 } as const;
    const project = await openProject(connection(), { remind: { ...untilCompleted, retries: 1, backoff } });
    const { seen } = await project.work({ remind: () => Promise.reject(new Error("no")) });
    await project.tasks.remind.enqueue(due);
    await seen.until("onFailure");
    expect(await project.tasks.remind.enqueue(due)).toMatchObject({ deduplicated: true });
  });

  test("`for` ends although the job still waits; one of many then takes its place", async () => {
    const { tasks, counts } = await openProject(connection(), { remind: forAnHour });
    onTestFinished(() => void vi.useRealTimers());
    const first = await tasks.remind.enqueue(due);
    vi.setSystemTime(Date.now() + 3_599_000);
    expect(await tasks.remind.enqueue(due)).toEqual({ ...first, deduplicated: true });
    vi.setSystemTime(Date.now() + 2_000);
    const answers = await Promise.all(Array.from({ length: 10 }, () => tasks.remind.enqueue(due)));
    expect(answers.filter(({ deduplicated }) => !deduplicated)).toHaveLength(1);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers[0]?.id).not.toBe(first.id);
    expect(await counts()).toMatchObject({ waiting: 2 });
  });

  test("`by: []` is one live job of the task, and another task's are none of its business", async () => {
    const { tasks } = await openProject(connection(), {
      one: task({ unique: { by: [] } }),
      other: task({ unique: { by: [] } }),
    });
    expect(await tasks.one.enqueue()).toMatchObject({ deduplicated: false });
    expect(await tasks.other.enqueue()).toMatchObject({ deduplicated: false });
    expect(await tasks.one.enqueue(undefined, { id: "mine" })).toMatchObject({ deduplicated: true });
  });

  test("a job that was removed holds nothing", async () => {
    const project = await openProject(connection(), { remind: untilCompleted });
    const { id } = await project.tasks.remind.enqueue(due);
    const store = await openStore(connection(), "producer", silentLogger());
    const queue = openQueue(store, project.queue, silentLogger());
    await queue.remove(id);
    await queue.close();
    await store.close();
    expect(await project.tasks.remind.enqueue(due)).toMatchObject({ deduplicated: false });
  });
});
