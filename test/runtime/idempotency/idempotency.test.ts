import { IdempotencyConflict } from "taskwright";
import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deferred, openProject, payment, stores } from "../../support/project.js";

describe.each(stores)("on $store", ({ connection }) => {
  let open: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => open.close());

  test("a duplicate completes with the stored result, not run; another payload under its key is dead at once", async () => {
    const project = await openProject(connection(), { pay: payment({}, { retries: 5 }) });
    const seen: unknown[] = [];
    const { seen: hooks } = await project.work({
      pay: async ({ reference }, job) => {
        seen.push(job.idempotencyKey, typeof job.fence);
        return { receipt: `R-${reference}` };
      },
    });
    const first = await project.tasks.pay.enqueue({ reference: "1", amount: 5 });
    expect(await project.tasks.pay.waitFor(first, { timeout: 20_000 })).toEqual({ receipt: "R-1" });
    const twin = await project.tasks.pay.enqueue({ reference: "1", amount: 5 });
    expect(await project.tasks.pay.waitFor(twin, { timeout: 20_000 })).toEqual({ receipt: "R-1" });
    expect(seen).toEqual(['w:pay:{"reference":"1"}', "number"]);
    await project.tasks.pay.enqueue({ reference: "1", amount: 6 });
    const [dead] = await hooks.until("onDead");
    expect(dead?.error.cause).toBeInstanceOf(IdempotencyConflict);
    expect(hooks.events.onFailure).toHaveLength(1);
    expect(await project.tasks.pay.idempotency.read({ reference: "1" })).toMatchObject({
      state: "done",
      jobId: first.id,
    });
  });

  test("a duplicate of a running job waits for its end, using no attempt; a failure gives the key back", async () => {
    const project = await openProject(connection(), { pay: payment() });
    const gate = deferred();
    let runs = 0;
    const { seen } = await project.work({
      pay: async ({ reference }) => {
        runs += 1;
        if (runs > 1) return { receipt: reference };
        await gate.promise;
        throw new Error("no");
      },
    });
    await project.tasks.pay.enqueue({ reference: "1", amount: 5 });
    await seen.until("onStart");
    const twin = await project.tasks.pay.enqueue({ reference: "1", amount: 5 });
    await expect.poll(async () => (await project.tasks.pay.get(twin.id))?.state).toBe("delayed");
    gate.resolve();
    expect(await project.tasks.pay.waitFor(twin, { timeout: 20_000 })).toEqual({ receipt: "1" });
    expect(await project.tasks.pay.get(twin.id)).toMatchObject({ attempts: 1 });
    expect(runs).toBe(2);
  });
});
