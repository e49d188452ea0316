import { SkipRetry, type TaskDefinition } from "taskwright";
import { type ActionRecord, openOperations } from "taskwright/operate";
import { describe, expect, onTestFinished, test } from "vitest";
import { manifestOf } from "../../support/manifest-of.js";
import { amountSchema, deferred, openProject, silentLogger, stores, task, validatorOf } from "../../support/project.js";

interface Payment {
  reference: string;
  amount: number;
  card?: { number: string; holder: string };
}

const paymentSchema = {
  type: "object",
  additionalProperties: false,
  required: ["reference", "amount"],
  properties: {
    reference: { type: "string" },
    amount: amountSchema.properties.amount,
    card: {
      type: "object",
      properties: { number: { type: "string", "x-sensitive": true }, holder: { type: "string" } },
    },
  },
};

const pay = (settings: Partial<TaskDefinition> = {}) =>
  task<Payment>({ payload: validatorOf(paymentSchema), retries: 1, ...settings });

async function openOperated<T extends Readonly<Record<string, TaskDefinition>>>(connection: string, tasks: T) {
  const project = await openProject(connection, tasks);
  const actions: ActionRecord[] = [];
  const operations = openOperations({
    connection,
    catalog: project.catalog,
    manifest: manifestOf(project.catalog, { pay: paymentSchema }),
    actor: "ada",
    onAction: (action) => actions.push(action),
    logger: silentLogger(),
  });
  onTestFinished(() => operations.close());
  return { ...project, operations, actions };
}

describe.each(stores)("on $store", ({ connection }) => {
  test("text is found in ids, payloads and reasons, whatever its case, and not in what is hidden", async () => {
    const { operations, tasks, work } = await openOperated(connection(), { pay: pay({ retries: 0 }) });
    const found = async (text: string) => (await operations.jobs({ text })).jobs.map(({ id }) => id);
    await tasks.pay.enqueue({ reference: "PO-Ähre-7", amount: 1 }, { id: "first-one" });
    const card = { number: "4000123412341234", holder: "Ada" };
    await tasks.pay.enqueue({ reference: "P-2", amount: 123_456, card }, { id: "second-one" });
    expect(await found("po-äHRE")).toEqual(["first-one"]);
    expect(await found("SECOND")).toEqual(["second-one"]);
    expect(await found("123456")).toEqual(["second-one"]);
    expect(await found("4000123412341234")).toEqual([]);
    expect(await found("no such text")).toEqual([]);
    const { seen } = await work({
      pay: ({ reference }) => {
        throw new Error(`The bank refuses ${reference}`);
      },
    });
    await seen.until("onDead", 2);
    expect(await found("bank REFUSES p-2")).toEqual(["second-one"]);
  });

  test("the figures of a task are of its own jobs that ended last", async () => {
    const { operations, tasks, work } = await openOperated(connection(), { pay: pay({ retries: 0 }), other: pay() });
    expect(await operations.taskFigures()).toEqual({});
    const { seen } = await work({
      pay: ({ amount }) => {
        if (amount > 2) throw new Error("too much");
      },
    });
    await tasks.pay.enqueueMany([1, 2, 3].map((amount) => ({ payload: { reference: "P-1", amount } })));
    await seen.until("onDead");
    await seen.until("onSuccess", 2);
    const figures = await operations.taskFigures();
    expect(Object.keys(figures)).toEqual(["w:pay"]);
    expect(figures["w:pay"]).toMatchObject({ completed: { count: 2 }, dead: { count: 1 } });
    expect(figures["w:pay"]?.durationMs?.p95).toBeGreaterThanOrEqual(figures["w:pay"]?.durationMs?.median ?? 0);
    expect(figures["w:pay"]?.waitMs).toBeDefined();
  });

  test("queues tell what they hold, for how long the oldest waits, and whether they are paused", async () => {
    const { operations, queue, tasks } = await openOperated(connection(), { pay: pay() });
    await tasks.pay.enqueueMany([
      { payload: { reference: "P-1", amount: 1 } },
      { payload: { reference: "P-2", amount: 2 }, priority: "high" },
      { payload: { reference: "P-3", amount: 3 }, delay: "1h" },
    ]);
    await operations.pause(queue);
    const [view] = await operations.queues();
    expect(view).toMatchObject({
      name: queue,
      isDeclared: true,
      isPaused: true,
      weight: 1,
      counts: { waiting: 2, active: 0, delayed: 1, completed: 0, dead: 0 },
      tasks: ["w:pay"],
    });
    expect(view?.oldestWaitingMs).toBeGreaterThanOrEqual(0);
    expect(view?.oldestWaitingMs).toBeLessThan(10_000);
    await operations.resume(queue);
    expect((await operations.queues())[0]?.isPaused).toBe(false);
  });

  test("a list is in the order in which jobs run, and its pages pass over none and repeat none", async () => {
    const { operations, tasks } = await openOperated(connection(), { pay: pay() });
    const jobs = Array.from({ length: 23 }, (_, n) => ({ payload: { reference: `P-${n}`, amount: n + 1 } }));
    await tasks.pay.enqueueMany(jobs);
    await tasks.pay.enqueue({ reference: "P-first", amount: 1 }, { priority: "high" });
    await tasks.pay.enqueue({ reference: "P-later", amount: 1 }, { delay: "1h" });
    const seen: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = await operations.jobs({}, { limit: 4, cursor });
      expect(page.jobs.length).toBeLessThanOrEqual(4);
      seen.push(...page.jobs.map(({ payload }) => (payload as Payment).reference));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(seen).toEqual(["P-first", ...jobs.map(({ payload }) => payload.reference), "P-later"]);
  });

  test("jobs are found by task, state, age, the error's text and a field of the payload", async () => {
    const { operations, tasks, work } = await openOperated(connection(), { pay: pay({ retries: 0 }), tidy: task() });
    const { seen } = await work({
      pay: ({ reference }) => {
        if (reference !== "P-ok") throw new Error(`Bank says no to ${reference}`);
      },
      tidy: () => undefined,
    });
    await tasks.pay.enqueueMany([
      { payload: { reference: "P-1", amount: 500 } },
      { payload: { reference: "P-2", amount: 700 } },
      { payload: { reference: "P-ok", amount: 500 } },
    ]);
    await tasks.tidy.enqueue();
    await Promise.all([seen.until("onDead", 2), seen.until("onSuccess", 2)]);

    const references = async (...filter: Parameters<typeof operations.jobs>) =>
      (await operations.jobs(...filter)).jobs.map(({ payload }) => (payload as Payment).reference).sort();
    expect(await references({ tasks: ["w:pay"] })).toEqual(["P-1", "P-2", "P-ok"]);
    expect(await references({ states: ["dead"] })).toEqual(["P-1", "P-2"]);
    expect(await references({ error: "NO TO p-2" })).toEqual(["P-2"]);
    expect(await references({ where: [{ path: "reference", equals: "P-ok" }] })).toEqual(["P-ok"]);
    expect(await references({ where: [{ path: "amount", equals: "500" }] })).toEqual(["P-1", "P-ok"]);
    expect(
      await references({
        where: [
          { path: "amount", equals: 500 },
          { path: "reference", equals: "P-1" },
        ],
      }),
    ).toEqual(["P-1"]);
    expect(await references({ states: ["dead"], olderThanMs: 60_000 })).toEqual([]);
    expect(await references({ states: ["dead"], newerThanMs: 60_000 })).toEqual(["P-1", "P-2"]);
    await expect(operations.jobs({ states: ["lost" as never] })).rejects.toThrow(/`states` expects some of active/);
  });

  test("a job shows its payload, attempts, stacks, log, timeline and whether it fits its contract", async () => {
    const { operations, queue, tasks, work } = await openOperated(connection(), { pay: pay() });
    const { seen } = await work({
      pay: async (_, job) => {
        await job.log(`attempt ${job.attempt}`);
        throw new Error("Insufficient funds", { cause: new Error("balance 12") });
      },
    });
    const { id } = await tasks.pay.enqueue({ reference: "P-1", amount: 5 }, { headers: { trace: "t" } });
    await seen.until("onDead");
    const job = await operations.job(id);
    expect(job).toMatchObject({
      ...{ id, queue, task: "w:pay", state: "dead", payload: { reference: "P-1", amount: 5 } },
      ...{ attempts: 2, mostAttempts: 2, failedReason: "Insufficient funds", headers: { trace: "t" } },
      ...{ logs: ["attempt 1", "attempt 2"], logLines: 2, contract: { kind: "fits" } },
      options: { retries: 1, version: 1, isUnique: false },
    });
    expect(job?.stacks).toHaveLength(2);
    expect(job?.stacks[0]).toContain("balance 12");
    expect(job?.timeline.map(({ what }) => what)).toEqual(
      expect.arrayContaining(["enqueued", "started", "delayed", "died"]),
    );
    expect(job?.timeline[0]?.what).toBe("enqueued");
    expect(job?.timeline.at(-1)).toMatchObject({ what: "died", detail: "Insufficient funds" });
    expect(await operations.job("nobody")).toBeUndefined();
  });

  test("a dead job that is retried has all its chances again, and its log says who did it", async () => {
    const { operations, actions, queue, tasks, work } = await openOperated(connection(), { pay: pay() });
    let isFixed = false;
    const { seen } = await work({
      pay: () => {
        if (!isFixed) throw new Error("no");
      },
    });
    const { id } = await tasks.pay.enqueue({ reference: "P-1", amount: 5 });
    await seen.until("onDead");
    expect(await operations.act("retry", { id, queue })).toEqual({ done: true });
    await seen.until("onDead", 2);
    expect(seen.events.onFailure.map(({ attempt }) => attempt)).toEqual([1, 2, 1, 2]);
    isFixed = true;
    await operations.act("retry", { id, queue });
    await seen.until("onSuccess");
    const job = await operations.job(id);
    expect(job).toMatchObject({ state: "completed", attempts: 1 });
    expect(job?.logs[0]).toMatch(/retried by ada$/);
    expect(actions).toMatchObject([
      { action: "retry", actor: "ada", queue, jobId: id, count: 1 },
      { action: "retry", actor: "ada", queue, jobId: id, count: 1 },
    ]);
    expect(await operations.act("retry", { id, queue })).toEqual({
      done: false,
      reason: `Only a dead job is retried, and job ${id} is completed.`,
    });
  });

  test("a dead job whose deadline has passed gets the same time again", async () => {
    const { operations, queue, tasks, work } = await openOperated(connection(), {
      pay: pay({ retries: 0, deadlineMs: 60_000 }),
    });
    const { seen } = await work({
      pay: () => {
        throw new SkipRetry("no");
      },
    });
    const { id } = await tasks.pay.enqueue({ reference: "P-1", amount: 5 });
    await seen.until("onDead");
    const before = (await operations.job(id))?.options.deadlineAt ?? 0;
    await operations.act("retry", { id, queue });
    await seen.until("onDead", 2);
    expect((await operations.job(id))?.options.deadlineAt).toBeGreaterThan(before);
  });

  test("a retried job takes its unique value again, or is refused while another one has it", async () => {
    const { operations, queue, tasks, work } = await openOperated(connection(), {
      pay: pay({ retries: 0, unique: { by: ["reference"] } }),
    });
    const { seen, worker } = await work({
      pay: () => {
        throw new Error("no");
      },
    });
    const first = await tasks.pay.enqueue({ reference: "P-1", amount: 5 });
    await seen.until("onDead");
    await worker.close();
    const second = await tasks.pay.enqueue({ reference: "P-1", amount: 6 });
    expect(second.deduplicated).toBe(false);
    expect(await operations.act("retry", { id: first.id, queue })).toEqual({
      done: false,
      reason: `Job ${second.id} is alive with the same \`unique\` value, and only one may be.`,
    });
    await operations.act("remove", { id: second.id, queue });
    expect(await operations.act("retry", { id: first.id, queue })).toEqual({ done: true });
    expect(await tasks.pay.enqueue({ reference: "P-1", amount: 7 })).toMatchObject({
      id: first.id,
      deduplicated: true,
    });
  });

  test("an edited payload is checked strictly, and a unique value follows it", async () => {
    const { operations, queue, tasks } = await openOperated(connection(), {
      pay: pay({ unique: { by: ["reference"] } }),
    });
    const { id } = await tasks.pay.enqueue({ reference: "P-1", amount: 5 });
    const other = await tasks.pay.enqueue({ reference: "P-2", amount: 5 });
    const wrong = await operations.edit({ id, queue }, { reference: "P-1", amount: 0, extra: true });
    expect(wrong).toMatchObject({ done: false, issues: [{ pointer: "" }, { pointer: "/amount" }] });
    expect(await operations.edit({ id, queue }, { reference: "P-2", amount: 5 })).toMatchObject({
      done: false,
      reason: expect.stringContaining(`Job ${other.id} is alive`),
    });
    expect(await operations.edit({ id, queue }, { reference: "P-3", amount: 9 })).toEqual({ done: true });
    expect((await operations.job(id))?.payload).toEqual({ reference: "P-3", amount: 9 });
    expect((await tasks.pay.enqueue({ reference: "P-3", amount: 1 })).deduplicated).toBe(true);
    expect((await tasks.pay.enqueue({ reference: "P-1", amount: 1 })).deduplicated).toBe(false);
  });

  test("a running job is neither edited nor removed, and cancelled for good", async () => {
    const { operations, queue, tasks, work } = await openOperated(connection(), { pay: pay() });
    const ended = deferred();
    onTestFinished(() => ended.resolve());
    const { seen } = await work({ pay: () => ended.promise });
    const { id } = await tasks.pay.enqueue({ reference: "P-1", amount: 5 });
    await seen.until("onStart");
    expect((await operations.workers()).find(({ queues }) => queues[0]?.name === queue)).toMatchObject({
      ...{ pid: process.pid, state: "fetching", concurrency: 10 },
    });
    expect(await operations.act("remove", { id, queue })).toMatchObject({
      reason: expect.stringMatching(/is running/),
    });
    expect(await operations.edit({ id, queue }, { reference: "P-1", amount: 6 })).toMatchObject({
      reason: expect.stringMatching(/is active/),
    });
    expect(await operations.act("cancel", { id, queue }, "typed twice")).toEqual({ done: true });
    ended.resolve();
    await seen.until("onCancelled");
    expect(await operations.job(id)).toMatchObject({ state: "cancelled", failedReason: "Cancelled: typed twice" });
    expect(await operations.act("retry", { id, queue })).toMatchObject({ reason: expect.stringMatching(/is final/) });
  });

  test("an action on all that fit can be tried first, counts what it does, and is limited", async () => {
    const { operations, queue, tasks, work } = await openOperated(connection(), { pay: pay({ retries: 0 }) });
    const { seen, worker } = await work({
      pay: ({ amount }) => {
        throw new Error(amount % 2 === 0 ? "even" : "odd");
      },
    });
    await tasks.pay.enqueueMany(Array.from({ length: 40 }, (_, n) => ({ payload: { reference: "P", amount: n + 1 } })));
    await seen.until("onDead", 40);
    await worker.close();
    const even = { error: "even" };
    expect(await operations.actOnAll("retry", even, { isDryRun: true })).toEqual({
      ...{ scanned: 40, matched: 20, done: 0, refused: {}, isComplete: true },
    });
    const steps: number[] = [];
    const limited = await operations.actOnAll("retry", even, { limit: 5, onProgress: ({ done }) => steps.push(done) });
    expect(limited).toMatchObject({ matched: 5, done: 5, isComplete: false });
    expect(steps.at(-1)).toBe(5);
    expect(await operations.actOnAll("retry", even)).toMatchObject({ matched: 15, done: 15, isComplete: true });
    expect((await operations.queues())[0]?.counts).toMatchObject({ waiting: 20, dead: 20 });
    expect(await operations.drain(queue)).toMatchObject({ done: 20 });
    expect(await operations.actOnAll("remove", { states: ["dead"] })).toMatchObject({ done: 20 });
    expect((await operations.queues())[0]?.counts).toMatchObject({ waiting: 0, dead: 0 });
  });

  test("what is marked as sensitive is hidden in payloads, errors, stacks and logs, and cannot be searched", async () => {
    const { operations, queue, tasks, work } = await openOperated(connection(), { pay: pay({ retries: 0 }) });
    const { seen } = await work({
      pay: async ({ card }, job) => {
        await job.log(`charging ${card?.number}`);
        throw new Error(`Card ${card?.number} was declined`);
      },
    });
    const card = { number: "4111111111111111", holder: "Ada" };
    const { id } = await tasks.pay.enqueue({ reference: "P-1", amount: 5, card });
    await seen.until("onDead");
    const job = await operations.job(id);
    expect(JSON.stringify([job, await operations.jobs()])).not.toContain("4111");
    expect(job).toMatchObject({
      payload: { reference: "P-1", card: { number: "••••", holder: "Ada" } },
      failedReason: "Card •••• was declined",
      logs: ["charging ••••"],
      isMasked: true,
    });
    expect(await operations.payload({ id, queue })).toMatchObject({ card });
    await expect(operations.jobs({ where: [{ path: "card.number", equals: card.number }] })).rejects.toThrow(
      /not marked/,
    );
    expect((await operations.jobs({ error: "4111" })).jobs).toEqual([]);
  });

  test("a delayed job can be promoted, and a job is enqueued by its task's name", async () => {
    const { operations, queue, tasks } = await openOperated(connection(), { pay: pay() });
    const { id } = await tasks.pay.enqueue({ reference: "P-1", amount: 5 }, { delay: "1h" });
    expect((await operations.jobs({ states: ["delayed"] })).jobs[0]?.dueAt).toBeGreaterThan(Date.now() + 3_500_000);
    expect(await operations.act("promote", { id, queue })).toEqual({ done: true });
    expect(await operations.act("promote", { id, queue })).toMatchObject({ done: false });
    expect(await operations.enqueue("w:pay", { reference: "P-2", amount: 1 })).toMatchObject({ name: "w:pay", queue });
    await expect(operations.enqueue("w:pay", {})).rejects.toThrow(/does not fit its contract/);
    await expect(operations.enqueue("w:nobody", {})).rejects.toThrow(/a task of this project/);
    expect((await operations.stats()).counts.waiting).toBe(2);
  });
});
