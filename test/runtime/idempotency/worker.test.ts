import { DuplicateJob, JobCancelled, type JobFailed, OutcomeUnknown, TaskTimeout } from "taskwright";
import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deferred, openProject, payment, stores } from "../../support/project.js";

const one = { reference: "1", amount: 5 };
const soon = { timeout: 20_000 };

describe.each(stores)("on $store", ({ connection }) => {
  let open: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => open.close());

  test("the handler throws: the key is released, and each try has the same key and a higher fence", async () => {
    const project = await openProject(connection(), { pay: payment({}, { retries: 2 }) });
    const tries: { key: string; fence: number }[] = [];
    await project.work({
      pay: (_, { attempt, idempotencyKey, fence }) => {
        tries.push({ key: idempotencyKey ?? "", fence: fence ?? 0 });
        if (attempt < 3) throw new Error("The bank is closed.");
        return { receipt: "R" };
      },
    });
    const job = await project.tasks.pay.enqueue(one);
    expect(await project.tasks.pay.waitFor(job, soon)).toEqual({ receipt: "R" });
    expect(tries.map(({ key }) => key)).toEqual(Array(3).fill('w:pay:{"reference":"1"}'));
    const fences = tries.map(({ fence }) => fence);
    expect(fences).toEqual([...new Set(fences)].sort((a, b) => a - b));
    expect(await project.tasks.pay.idempotency.read(one)).toMatchObject({ state: "done", fence: fences[2] });
  });

  test("it dies: the key is free to another job, of another payload too", async () => {
    const project = await openProject(connection(), { pay: payment() });
    const { seen } = await project.work({
      pay: ({ amount }) => {
        if (amount === 5) throw new Error("No such account.");
        return { receipt: `R ${amount}` };
      },
    });
    await project.tasks.pay.enqueue(one);
    await seen.until("onDead");
    expect(await project.tasks.pay.idempotency.read(one)).toMatchObject({ state: "free" });
    const corrected = await project.tasks.pay.enqueue({ ...one, amount: 6 });
    expect(await project.tasks.pay.waitFor(corrected, soon)).toEqual({ receipt: "R 6" });
  });

  /** A payment that is done, and a duplicate of it that has ended. */
  async function openDuplicate(onDuplicate: "result" | "skip" | "error") {
    const project = await openProject(connection(), { pay: payment({ onDuplicate }, { retries: 3 }) });
    let runs = 0;
    const { seen } = await project.work({
      pay: () => {
        runs += 1;
        return { receipt: "R" };
      },
    });
    const first = await project.tasks.pay.enqueue(one);
    await project.tasks.pay.waitFor(first, soon);
    const twin = await project.tasks.pay.enqueue(one);
    return { ...project, seen, first, twin, runs: () => runs };
  }

  test("`onDuplicate: result`: a duplicate of a done job completes with its result, and its log says why", async () => {
    const { tasks, first, twin, runs } = await openDuplicate("result");
    expect(await tasks.pay.waitFor(twin, soon)).toEqual({ receipt: "R" });
    const line = `A duplicate, not run: job ${first.id} did w:pay:{"reference":"1"}.`;
    await expect.poll(async () => (await tasks.pay.logs(twin.id)).join("\n")).toContain(line);
    expect(runs()).toBe(1);
  });

  test("`onDuplicate: skip`: it is dropped, and is in no list", async () => {
    const { seen, counts, twin, runs } = await openDuplicate("skip");
    const [revoked] = await seen.until("onRevoked");
    expect(revoked).toMatchObject({ jobId: twin.id, error: { cause: { cause: expect.any(DuplicateJob) } } });
    expect(await counts()).toMatchObject({ completed: 1, failed: 0, waiting: 0, delayed: 0 });
    expect(runs()).toBe(1);
  });

  test("`onDuplicate: error`: it is dead at once, whatever retries it has, and names the job that did it", async () => {
    const { tasks, seen, first, twin, runs } = await openDuplicate("error");
    const failure = await tasks.pay.waitFor(twin, soon).catch((error: JobFailed) => error);
    expect(String(failure)).toContain(`Job ${first.id} has done it before`);
    expect(seen.events.onFailure).toHaveLength(1);
    expect(runs()).toBe(1);
  });

  test("the handler outlasts its lease: it is renewed, so that a duplicate goes on waiting and nothing runs twice", async () => {
    // Shorter, and a machine that is busy for a moment would lose it: the compiler refuses that.
    const leaseMs = 3_000;
    const project = await openProject(connection(), { pay: payment({ leaseMs }) });
    const gate = deferred();
    let runs = 0;
    const { seen } = await project.work({
      pay: async () => {
        runs += 1;
        await gate.promise;
        return { receipt: "R" };
      },
    });
    await project.tasks.pay.enqueue(one);
    await seen.until("onStart");
    const { leasedUntil: first, fence } = (await project.tasks.pay.idempotency.read(one)) ?? {};
    const twin = await project.tasks.pay.enqueue(one);
    await expect
      .poll(async () => (await project.tasks.pay.idempotency.read(one))?.leasedUntil?.getTime(), { timeout: 15_000 })
      .toBeGreaterThan((first?.getTime() ?? 0) + leaseMs);
    expect(await project.tasks.pay.idempotency.read(one)).toMatchObject({ state: "running", fence });
    expect(runs).toBe(1);
    gate.resolve();
    expect(await project.tasks.pay.waitFor(twin, soon)).toEqual({ receipt: "R" });
    expect(await project.tasks.pay.get(twin.id)).toMatchObject({ attempts: 1 });
    expect(runs).toBe(1);
    expect(project.logger.lines.filter(({ level }) => level === "error")).toEqual([]);
  });

  /** A handler that ignores its signal, whose attempt has timed out, and whose retry waits for it. */
  async function openAbandoned(onUncertain: "retry" | "park" = "retry") {
    const settings = { retries: 1, timeoutMs: 50 };
    const project = await openProject(connection(), { pay: payment({ onUncertain }, settings) });
    const hold = deferred<{ receipt: string }>();
    let runs = 0;
    const { seen } = await project.work({
      pay: () => {
        runs += 1;
        return runs === 1 ? hold.promise : { receipt: `R ${runs}` };
      },
    });
    const job = await project.tasks.pay.enqueue(one);
    const [failure] = await seen.until("onFailure");
    expect(failure?.error.cause ?? failure?.error).toBeInstanceOf(TaskTimeout);
    await expect.poll(() => project.counts(), { timeout: 10_000 }).toMatchObject({ delayed: 1, active: 0 });
    expect(await project.tasks.pay.idempotency.read(one)).toMatchObject({ state: "running", jobId: job.id });
    return { ...project, job, hold, runs: () => runs };
  }

  test("it is abandoned after its timeout and returns late: it keeps its key until then, and the retry gets its result", async () => {
    const { tasks, job, hold, runs } = await openAbandoned();
    hold.resolve({ receipt: "late" });
    expect(await tasks.pay.waitFor(job, soon)).toEqual({ receipt: "late" });
    expect(runs()).toBe(1);
  });

  test("it is abandoned and throws late: the key is released then, and the retry runs", async () => {
    const { tasks, job, hold, runs } = await openAbandoned("park");
    hold.resolve(Promise.reject(new Error("refused")) as never);
    expect(await tasks.pay.waitFor(job, soon)).toEqual({ receipt: "R 2" });
    expect(runs()).toBe(2);
  });

  test("it is cancelled and returns all the same: the job is cancelled, and the effect is done", async () => {
    const project = await openProject(connection(), { pay: payment() });
    const gate = deferred();
    const { seen } = await project.work({
      pay: async (_, { signal }) => {
        signal.addEventListener("abort", () => gate.resolve());
        await gate.promise;
        return { receipt: "R" };
      },
    });
    const job = await project.tasks.pay.enqueue(one);
    await seen.until("onStart");
    await project.tasks.pay.cancel(job.id, "typed twice");
    const [cancelled] = await seen.until("onCancelled");
    expect(cancelled?.error.cause ?? cancelled?.error).toBeInstanceOf(JobCancelled);
    expect(await project.tasks.pay.idempotency.read(one)).toMatchObject({ state: "done", result: { receipt: "R" } });
  });

  test.each<["retry" | "park", "free" | "uncertain", number]>([
    ["retry", "free", 2],
    ["park", "uncertain", 1],
  ])("it throws OutcomeUnknown: with `%s` its key is %s", async (onUncertain, state, tries) => {
    const project = await openProject(connection(), { pay: payment({ onUncertain }, { retries: 1 }) });
    let runs = 0;
    const { seen } = await project.work({
      pay: () => {
        runs += 1;
        throw new OutcomeUnknown("The bank hung up.");
      },
    });
    await project.tasks.pay.enqueue(one);
    const [dead] = await seen.until("onDead");
    expect(dead?.error.cause ?? dead?.error).toBeInstanceOf(OutcomeUnknown);
    expect(runs).toBe(tries);
    expect(await project.tasks.pay.idempotency.read(one)).toMatchObject({ state });
  });

  test("it returns what its contract does not have: with `park` the dead letter says that the outcome is unknown", async () => {
    const project = await openProject(connection(), { pay: payment({ onUncertain: "park" }, { retries: 3 }) });
    const { seen } = await project.work({ pay: () => ({ paid: true }) as never });
    const job = await project.tasks.pay.enqueue(one);
    await seen.until("onDead");
    expect(seen.events.onFailure).toHaveLength(1);
    expect(await project.tasks.pay.get(job.id)).toMatchObject({
      failedReason: expect.stringMatching(/outcome unknown/i),
    });
    const twin = await project.tasks.pay.enqueue(one);
    await seen.until("onDead", 2);
    expect(await project.tasks.pay.get(twin.id)).toMatchObject({
      failedReason: expect.stringContaining("Outcome unknown: an attempt of job"),
    });
  });

  test("fifty duplicates at once on twenty slots: one effect, and everybody gets its result", async () => {
    const project = await openProject(connection(), { pay: payment() });
    let runs = 0;
    await project.work(
      {
        pay: async () => {
          runs += 1;
          await new Promise((resolve) => setImmediate(resolve));
          return { receipt: `R ${runs}` };
        },
      },
      { concurrency: 20 },
    );
    const jobs = await project.tasks.pay.enqueueMany(Array.from({ length: 50 }, () => ({ payload: one })));
    const results = await Promise.all(jobs.map((job) => project.tasks.pay.waitFor(job, { timeout: 25_000 })));
    expect(results).toEqual(Array(50).fill({ receipt: "R 1" }));
    expect(runs).toBe(1);
  });
});
