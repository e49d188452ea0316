import { SkipRetry, TaskTimeout } from "taskwright";
import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Amount, amountSchema, deferred, openProject, stores, task, validatorOf } from "../support/project.js";

describe.each(stores)("on $store", ({ connection }) => {
  let open: Awaited<ReturnType<typeof openQueues>>;
  // Keeps an embedded store alive between tests: each new one would start PostgreSQL again.
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => open.close());

  test("a job runs with its payload and its result is kept", async () => {
    const charge = task<Amount, { receipt: string }>({
      payload: validatorOf(amountSchema),
      result: validatorOf({ type: "object", required: ["receipt"], properties: { receipt: { type: "string" } } }),
    });
    const project = await openProject(connection(), { charge });
    const { seen } = await project.work({
      charge: (payload, job) => ({ receipt: `${payload.amount}-${job.attempt}` }),
    });
    const { id } = await project.tasks.charge.enqueue({ amount: 5 });
    await seen.until("onSuccess");
    expect(await project.queues.jobs("completed")).toMatchObject([
      { id, payload: { amount: 5 }, result: { receipt: "5-1" } },
    ]);
  });

  test("a payload and a result of a megabyte arrive whole", async () => {
    const text = validatorOf({ type: "string" });
    const echo = task<string, string>({ payload: text, result: text });
    const project = await openProject(connection(), { echo });
    await project.work({ echo: (payload) => payload });
    const megabyte = "ẽ\n€".repeat(150_000);
    const job = await project.tasks.echo.enqueue(megabyte);
    expect((await project.tasks.echo.waitFor(job, { timeout: "20s" })) === megabyte).toBe(true);
  });

  test("a result that not every store can hold is a failure that says so, or arrives whole", async () => {
    const text = validatorOf({ type: "string" });
    const echo = task<undefined, string>({ result: text });
    const project = await openProject(connection(), { echo });
    await project.work({ echo: () => "a\u0000b" });
    const job = await project.tasks.echo.enqueue();
    const ended = await project.tasks.echo.waitFor(job, { timeout: "20s" }).catch((error: Error) => error.message);
    if (connection() === "embedded:") expect(ended).toContain("The embedded store cannot hold the character U+0000");
    else expect(ended).toBe("a\u0000b");
  });

  test("headers and the job's own log reach where they belong", async () => {
    const tell = task();
    const project = await openProject(connection(), { tell });
    const got = deferred<unknown>();
    const { seen } = await project.work({
      tell: async (payload, job) => {
        await job.log("half way");
        await job.progress(50);
        got.resolve([payload, job.headers, job.task, job.queue]);
      },
    });
    await project.tasks.tell.enqueue(undefined, { headers: { trace: "abc" } });
    expect(await got.promise).toEqual([undefined, { trace: "abc" }, "w:tell", project.queue]);
    await seen.until("onSuccess");
  });

  test("a failing job is tried once more than its retries, each after its backoff, and is then dead", async () => {
    const flaky = task({ retries: 2, backoff: { type: "fixed", delayMs: 60, maxMs: 1_000, jitter: 0 } });
    const project = await openProject(connection(), { flaky });
    const { seen } = await project.work({
      flaky: () => {
        throw new Error("no luck");
      },
    });
    await project.tasks.flaky.enqueue();
    await seen.until("onDead");
    const starts = seen.events.onStart.map(({ attempt, startedAt }) => ({ attempt, startedAt }));
    expect(starts.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect((starts[1]?.startedAt ?? 0) - (starts[0]?.startedAt ?? 0)).toBeGreaterThanOrEqual(60);
    expect(seen.events.onFailure).toHaveLength(3);
    expect(await project.queues.jobs("failed")).toMatchObject([{ failedReason: "no luck", attemptsMade: 3 }]);
  });

  test("a polynomial backoff that BullMQ doesn't know is followed too", async () => {
    const flaky = task({ retries: 2, backoff: { type: "polynomial", delayMs: 20, exponent: 2, maxMs: 60, jitter: 0 } });
    const project = await openProject(connection(), { flaky });
    const { seen } = await project.work({ flaky: () => Promise.reject(new Error("no luck")) });
    await project.tasks.flaky.enqueue();
    await seen.until("onDead");
    const [first, second, third] = seen.events.onStart.map(({ startedAt }) => startedAt);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(20);
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(60);
  });

  test("no retries means one attempt", async () => {
    const once = task({ retries: 0 });
    const project = await openProject(connection(), { once });
    const { seen } = await project.work({ once: () => Promise.reject(new Error("no")) });
    await project.tasks.once.enqueue();
    await project.tasks.once.enqueue(undefined, { retries: 1 });
    await seen.until("onDead", 2);
    expect(seen.events.onStart).toHaveLength(3);
  });

  test("SkipRetry ends a job at once, and its reason is kept", async () => {
    const doomed = task({ retries: 5 });
    const project = await openProject(connection(), { doomed });
    const { seen } = await project.work({
      doomed: () => {
        throw new SkipRetry("the account is closed", { cause: new Error("410") });
      },
    });
    await project.tasks.doomed.enqueue();
    const [dead] = await seen.until("onDead");
    expect(seen.events.onStart).toHaveLength(1);
    expect(dead?.error.stack).toContain("410");
    expect(await project.queues.jobs("failed")).toMatchObject([{ failedReason: "the account is closed" }]);
  });

  const circular = new Error("circular");
  circular.cause = circular;
  const imposter = Object.assign(new Error("not delayed"), { name: "DelayedError" });
  const trapped = Object.defineProperty(new Error("x"), "message", {
    get() {
      throw new Error("trap");
    },
  });
  test.each([
    ["undefined", undefined, "The handler threw undefined instead of an Error."],
    ["null", null, "The handler threw null instead of an Error."],
    ["a string", "plain", "plain"],
    ["a text that not every store can hold", "a\u0000b", "a␀b"],
    ["a plain object", { code: 7 }, 'The handler threw {"code":7} instead of an Error.'],
    ["a frozen error", Object.freeze(new Error("frozen")), "frozen"],
    ["an error that is its own cause", circular, "circular"],
    ["an error whose message throws", trapped, "The handler threw an error without a message."],
    ["an error that BullMQ would take for its own", imposter, "not delayed"],
    [
      "BullMQ's own rate limit message",
      new Error("bullmq:rateLimitExceeded"),
      'The handler threw "bullmq:rateLimitExceeded", which BullMQ keeps for itself.',
    ],
  ])("throwing %s is a failed attempt like any other", async (_, thrown, reason) => {
    const odd = task({ retries: 1 });
    const project = await openProject(connection(), { odd });
    const { seen } = await project.work({
      odd: () => {
        throw thrown;
      },
    });
    await project.tasks.odd.enqueue();
    await seen.until("onDead");
    expect(seen.events.onFailure).toHaveLength(2);
    expect(await project.queues.jobs("failed")).toMatchObject([{ failedReason: reason, attemptsMade: 2 }]);
  });

  test("a handler that heeds its signal fails with TaskTimeout, its own error kept as the cause", async () => {
    const slow = task({ timeoutMs: 50 });
    const project = await openProject(connection(), { slow });
    const { seen } = await project.work({
      slow: (_, job) =>
        new Promise((_, reject) => job.signal.addEventListener("abort", () => reject(new Error("stopped halfway")))),
    });
    await project.tasks.slow.enqueue();
    const [dead] = await seen.until("onDead");
    expect(dead?.error.cause).toBeInstanceOf(TaskTimeout);
    expect(dead?.error.stack).toContain("stopped halfway");
    expect(dead?.durationMs).toBeLessThan(450);
  });

  test("a handler that ignores its signal fails too, and is logged as it runs on", async () => {
    const stuck = task();
    const project = await openProject(connection(), { stuck });
    const release = deferred();
    const { seen } = await project.work({ stuck: () => release.promise });
    await project.tasks.stuck.enqueue(undefined, { timeout: "50ms" });
    await seen.until("onDead");
    expect(await project.queues.jobs("failed")).toMatchObject([
      { failedReason: "w:stuck ran longer than its timeout of 50 ms." },
    ]);
    expect(project.logger.lines).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining("ignores its signal") }),
    );
    release.resolve();
  });

  test("handlers that ignore their signals are counted and told of as abandoned, until they end after all", async () => {
    const project = await openProject(connection(), { stuck: task() });
    const release = deferred();
    const { seen } = await project.work({ stuck: () => release.promise });
    const told = (message: string) =>
      project.logger.lines
        .filter((line) => line.message.includes(message))
        .map(({ fields }) => (fields as { abandonedNow: number }).abandonedNow);
    await project.tasks.stuck.enqueueMany([{ timeout: 30 }, { timeout: 30 }]);
    await seen.until("onDead", 2);
    expect(told("ignores its signal and runs on")).toEqual([1, 2]);
    release.resolve();
    await expect.poll(() => told("the abandoned handler has ended")).toEqual([1, 0]);
  });

  test("past its deadline a job is dead without having run", async () => {
    const due = task({ deadlineMs: 1, retries: 3 });
    const project = await openProject(connection(), { due });
    await project.tasks.due.enqueue();
    const { seen } = await project.work({ due: () => undefined });
    await seen.until("onDead");
    expect(seen.events.onStart).toHaveLength(0);
    expect(await project.queues.jobs("failed")).toMatchObject([{ failedReason: expect.stringContaining("deadline") }]);
  });

  test("the deadline ends a running attempt, and the job is not retried", async () => {
    const due = task({ deadlineMs: 1_500, retries: 3 });
    const project = await openProject(connection(), { due });
    const { seen } = await project.work({
      due: (_, job) =>
        new Promise((_, reject) => job.signal.addEventListener("abort", () => reject(job.signal.reason))),
    });
    await project.tasks.due.enqueue();
    await seen.until("onDead");
    expect(seen.events.onStart).toHaveLength(1);
  });

  test("a result that doesn't fit the contract fails the attempt", async () => {
    const wrong = task<undefined, number>({ result: validatorOf({ type: "integer" }) });
    const project = await openProject(connection(), { wrong });
    const { seen } = await project.work({ wrong: () => 1.5 });
    await project.tasks.wrong.enqueue();
    const [dead] = await seen.until("onDead");
    expect(dead?.error.message).toBe("The result of w:wrong does not fit its contract: the value must be integer.");
  });

  test("a delayed job waits, and an operator can make it due", async () => {
    const later = task({ delayMs: 60_000 });
    const project = await openProject(connection(), { later });
    const { seen } = await project.work({ later: () => undefined });
    await project.tasks.later.enqueue();
    await project.tasks.later.enqueue(undefined, { at: new Date(Date.now() + 3_600_000) });
    expect(await project.counts()).toMatchObject({ delayed: 2 });
    expect(await project.queues.promoteDelayed()).toBe(2);
    await seen.until("onSuccess", 2);
    await project.tasks.later.enqueue(undefined, { delay: 0 });
    await project.tasks.later.enqueue(undefined, { at: new Date(0) });
    await seen.until("onSuccess", 4);
  });

  test("high goes before normal goes before low", async () => {
    const step = task<{ name: string }>({ payload: validatorOf({ type: "object" }) });
    const project = await openProject(connection(), { step });
    await project.tasks.step.enqueueMany([
      { payload: { name: "third" }, priority: "low" },
      { payload: { name: "second" } },
      { payload: { name: "first" }, priority: "high" },
    ]);
    const order: string[] = [];
    const { seen } = await project.work({ step: ({ name }) => void order.push(name) }, { concurrency: 1 });
    await seen.until("onSuccess", 3);
    expect(order).toEqual(["first", "second", "third"]);
  });

  test("each hook is told of its own end, with the attempt and how long it took", async () => {
    const project = await openProject(connection(), {
      pay: task<Amount>({ payload: validatorOf(amountSchema), retries: 1 }),
    });
    const { seen } = await project.work(
      {
        pay: ({ amount }, job) => {
          if (amount === 2 || job.attempt === 1) throw new Error(`no ${amount}`);
        },
      },
      { concurrency: 1 },
    );
    const { id: saved } = await project.tasks.pay.enqueue({ amount: 1 });
    await seen.until("onSuccess");
    const { id: lost } = await project.tasks.pay.enqueue({ amount: 2 });
    await seen.until("onDead");
    const told = (events: readonly { jobId: string; attempt: number }[]) =>
      events.map(({ jobId, attempt }) => [jobId, attempt]);
    expect(told(seen.events.onStart)).toEqual([
      [saved, 1],
      [saved, 2],
      [lost, 1],
      [lost, 2],
    ]);
    expect(told(seen.events.onFailure)).toEqual([
      [saved, 1],
      [lost, 1],
      [lost, 2],
    ]);
    expect(told(seen.events.onSuccess)).toEqual([[saved, 2]]);
    expect(told(seen.events.onDead)).toEqual([[lost, 2]]);
    expect(seen.events.onDead[0]).toMatchObject({ task: "w:pay", queue: project.queue, error: { message: "no 2" } });
    for (const { durationMs } of [...seen.events.onSuccess, ...seen.events.onFailure]) {
      expect(durationMs).toBeGreaterThanOrEqual(0);
      expect(durationMs).toBeLessThan(5_000);
    }
  });

  test("middleware wraps every handler, the first outermost, and a throwing hook harms nothing", async () => {
    const told: string[] = [];
    const wrapped = task();
    const project = await openProject(connection(), { wrapped });
    const { worker, seen } = await project.work(
      { wrapped: () => void told.push("handler") },
      {
        hooks: {
          onStart: () => {
            throw new Error("hook");
          },
        },
      },
    );
    worker
      .use(async (_, next) => {
        told.push("outer");
        const result = await next();
        told.push("outer again");
        return result;
      })
      .use(async (_, next) => {
        told.push("inner");
        return next();
      });
    await project.tasks.wrapped.enqueue();
    await seen.until("onSuccess");
    expect(told).toEqual(["outer", "inner", "handler", "outer again"]);
    expect(project.logger.lines).toContainEqual(expect.objectContaining({ message: "a hook failed" }));
  });
});
