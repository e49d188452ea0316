import { Worker as BullWorker } from "bullmq";
import { Redis } from "ioredis";
import type { TaskDefinition } from "taskwright";
import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { openEmbedded } from "../../../../runtime/store/embedded.js";
import { openQueue } from "../../../../runtime/store/queue.js";
import { openStore, type Store } from "../../../../runtime/store/store.js";
import type { Catalog } from "../../../../runtime/task.js";
import {
  amountSchema,
  deferred,
  openProject,
  silentLogger,
  stores,
  task,
  validatorOf,
} from "../../../support/project.js";
import { examined, redisWith } from "./patients.js";

const pay = (settings: Partial<TaskDefinition> = {}) =>
  task<{ amount: number }>({ payload: validatorOf(amountSchema), ...settings });

/** The same project with its only task declared otherwise. */
function redeclared(catalog: Catalog, settings: Partial<TaskDefinition>): Catalog {
  const definition = catalog.workflows.w?.pay;
  if (definition === undefined) throw new Error("It has a task `pay`.");
  return { ...catalog, workflows: { w: { pay: { ...definition, ...settings } } } };
}

async function openStoreOf(connection: string): Promise<Store> {
  const store = await openStore(connection, "worker", silentLogger());
  onTestFinished(() => store.close());
  return store;
}

/** A queue as another program than the generated client sees it. */
async function rawQueue(connection: string, name: string) {
  const queue = openQueue(await openStoreOf(connection), name, silentLogger());
  onTestFinished(() => queue.close());
  return queue;
}

/** Takes the next job as a worker does that then dies: its lock is over in a millisecond. */
async function takeAndDie(connection: string, name: string): Promise<void> {
  const { options, backend } = (await openStoreOf(connection)).bind(name);
  const worker = new BullWorker(name, undefined, { ...options, autorun: false, lockDuration: 1 }, backend);
  onTestFinished(() => worker.close());
  await worker.getNextJob("token", { block: false });
}

describe.each(stores)("on $store", ({ store, connection: shared }) => {
  const isEmbedded = store === "embedded";
  let open: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, shared());
  });
  afterAll(() => open.close());

  /** Of its own where a check looks at the whole of it. */
  const connection = async () => (isEmbedded ? shared() : (await redisWith()).url);

  test("workers: jobs that nobody takes are an error, those that fall due later a warning", async () => {
    const url = await connection();
    const { catalog, tasks, work } = await openProject(url, { pay: pay() });
    await tasks.pay.enqueue({ amount: 1 }, { delay: "1h" });
    const level = async () => (await examined(url, "workers", catalog)).map((finding) => finding.level);
    expect(await level()).toEqual([isEmbedded ? "skipped" : "warning"]);
    await tasks.pay.enqueue({ amount: 1 });
    expect(await level()).toEqual([isEmbedded ? "skipped" : "error"]);
    const { worker } = await work({ pay: () => undefined });
    await vi.waitFor(async () => expect(await level()).toEqual(["ok"]), 10_000);
    await worker.close();
  });

  test("paused-queues: one where jobs wait is a warning", async () => {
    const url = await connection();
    const { queue, catalog, tasks } = await openProject(url, { pay: pay() });
    await (await rawQueue(url, queue)).pause();
    expect(await examined(url, "paused-queues", catalog)).toMatchObject([{ level: "ok" }]);
    await tasks.pay.enqueue({ amount: 1 });
    expect(await examined(url, "paused-queues", catalog)).toMatchObject([
      {
        level: "warning",
        found: `${queue} is paused, with 1 job waiting, one for less than a minute.`,
        wayOut: expect.stringContaining(`taskwright queues resume ${queue}`),
      },
    ]);
  });

  test("unknown-queues: one that is declared no more and holds jobs is a warning", async () => {
    const url = await connection();
    const { queue, tasks } = await openProject(url, { pay: pay() });
    await tasks.pay.enqueue({ amount: 1 });
    const { catalog } = await openProject(url, { pay: pay() });
    expect(await examined(url, "unknown-queues", catalog)).toContainEqual(
      expect.objectContaining({
        level: "warning",
        found: `${queue} is not declared here, and has 1 job to run.`,
      }),
    );
  });

  test("unknown-tasks and retention: jobs of another program, which no task has and nothing will remove", async () => {
    const url = await connection();
    const { queue, catalog, tasks } = await openProject(url, { pay: pay() });
    await tasks.pay.enqueue({ amount: 1 });
    expect(await examined(url, "unknown-tasks", catalog)).toMatchObject([{ level: "ok" }]);
    expect(await examined(url, "retention", catalog)).toMatchObject([{ level: "ok" }]);
    await (await rawQueue(url, queue)).add("w:gone", {});
    expect(await examined(url, "unknown-tasks", catalog)).toMatchObject([
      { level: "warning", found: `1 job in ${queue} with the name "w:gone", which no task has.` },
    ]);
    expect(await examined(url, "retention", catalog)).toMatchObject([
      { level: "warning", found: expect.stringContaining(`1 job in ${queue} named "w:gone", with no word`) },
    ]);
  });

  test("contracts: waiting jobs that don't fit are an error, dead ones a warning, and the first issue is told", async () => {
    const url = await connection();
    const { queue, catalog, tasks, work } = await openProject(url, { pay: pay() });
    const { worker, seen } = await work({ pay: () => Promise.reject(new Error("no")) });
    await tasks.pay.enqueue({ amount: 1 });
    await seen.until("onDead");
    await worker.close();
    await tasks.pay.enqueue({ amount: 2 });
    expect(await examined(url, "contracts", catalog)).toMatchObject([{ level: "ok" }]);
    const stricter = validatorOf({ ...amountSchema, properties: { amount: { type: "integer", minimum: 100 } } });
    expect(await examined(url, "contracts", redeclared(catalog, { payload: stricter }))).toMatchObject([
      { level: "error", found: `1 job of w:pay in ${queue} against its contract: /amount must be >= 100 (job 2).` },
      { level: "warning", wayOut: expect.stringContaining(`taskwright jobs edit ${queue}/1`) },
    ]);
  });

  test("contract-versions: jobs that a newer producer enqueued are a warning", async () => {
    const url = await connection();
    const { queue, catalog, tasks } = await openProject(url, { pay: pay({ version: 3 }) });
    await tasks.pay.enqueue({ amount: 1 });
    expect(await examined(url, "contract-versions", catalog)).toMatchObject([{ level: "ok" }]);
    expect(await examined(url, "contract-versions", redeclared(catalog, { version: 2 }))).toMatchObject([
      {
        level: "warning",
        found: `1 job of w:pay in ${queue} of version 3 of its contract; this project has 2.`,
      },
    ]);
  });

  test("stalled-jobs: one whose worker died, with another there and without", async () => {
    const url = await connection();
    const { queue, catalog, tasks, work } = await openProject(url, { pay: pay(), other: task() });
    await tasks.pay.enqueue({ amount: 1 });
    expect(await examined(url, "stalled-jobs", catalog)).toMatchObject([{ level: "ok", found: "No job is running." }]);
    await takeAndDie(url, queue);
    const look = () => examined(url, "stalled-jobs", catalog);
    const found = `1 job of ${queue} running for nobody, since no worker holds it: 1.`;
    await vi.waitFor(async () => expect(await look()).toMatchObject([{ found }]), 10_000);
    expect(await look()).toMatchObject([{ level: isEmbedded ? "warning" : "error", found }]);
    const gate = deferred();
    await work({ pay: () => gate.promise, other: () => undefined }, { stalledInterval: "1h" });
    await vi.waitFor(async () => expect(await look()).toMatchObject([{ level: "warning", found }]), 10_000);
    gate.resolve();
  });

  test("unique-values: one that is held for a job that somebody deleted by hand is a warning", async () => {
    const url = await connection();
    const { queue, catalog, tasks } = await openProject(url, { pay: pay({ unique: { by: ["amount"] } }) });
    const { id } = await tasks.pay.enqueue({ amount: 7 });
    expect(await examined(url, "unique-values", catalog)).toMatchObject([{ level: "ok" }]);
    await deleteByHand(url, queue, id);
    expect(await examined(url, "unique-values", catalog)).toMatchObject([
      { level: "warning", found: `1 unique value in ${queue} held for jobs that are gone: ${id}.` },
    ]);
    expect(await tasks.pay.enqueue({ amount: 7 })).toMatchObject({ deduplicated: false });
    expect(await examined(url, "unique-values", catalog)).toMatchObject([{ level: "ok" }]);
  });

  test("schedules and schedule-runs: missing, drifted, left over, late, and with no next run", async () => {
    const url = await connection();
    const hourly = { cron: "0 * * * *", timezone: "UTC" };
    const { queue, catalog, work } = await openProject(url, { pay: task({ schedules: { default: hourly } }) });
    const look = (declared: Catalog = catalog) => examined(url, "schedules", declared);
    expect(await look()).toMatchObject([{ level: "warning", found: "Declared and not in the store: w:pay." }]);
    const { worker } = await work({ pay: () => undefined });
    await worker.close();
    expect(await look()).toMatchObject([{ level: "ok" }]);
    const daily = redeclared(catalog, { schedules: { default: { ...hourly, cron: "0 3 * * *" } } });
    expect(await look(daily)).toMatchObject([
      {
        level: "warning",
        found: 'Not in the store as declared: w:pay (cron is "0 * * * *", declared "0 3 * * *").',
      },
    ]);
    expect(await look(redeclared(catalog, { schedules: {} }))).toMatchObject([
      { level: "warning", found: "In the store and no longer declared: w:pay." },
    ]);

    const runs = () => examined(url, "schedule-runs", catalog);
    expect(await runs()).toMatchObject([{ level: "ok" }]);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 2 * 3_600_000 });
    const late = await runs().finally(() => vi.useRealTimers());
    expect(late).toMatchObject([{ level: "warning", found: expect.stringMatching(/^w:pay was due \d+ min ago/) }]);
    await loseNextRun(url, queue);
    expect(await runs()).toMatchObject([
      { level: "error", found: "w:pay is scheduled, and the job of its next run is gone." },
    ]);
  });

  test("retention: more completed jobs than the tasks keep, and failures that leave no trace, are warnings", async () => {
    const url = await connection();
    const { queue, catalog, tasks, work } = await openProject(url, { pay: pay() });
    const { seen } = await work({ pay: () => undefined });
    await tasks.pay.enqueueMany(Array.from({ length: 103 }, () => ({ payload: { amount: 1 } })));
    await seen.until("onSuccess", 103);
    expect(await examined(url, "retention", catalog)).toMatchObject([{ level: "ok" }]);
    const bound = { ageMs: 86_400_000, count: 1 };
    const kept = redeclared(catalog, { retention: { completed: bound, failed: { ageMs: 0, count: 0 } } });
    expect(await examined(url, "retention", kept)).toMatchObject([
      { level: "warning", found: `${queue} keeps 103 completed jobs, where its tasks keep 1.` },
      { level: "warning", found: "w:pay: a job that failed for good is removed at once." },
    ]);
  });

  test("dead-letters: jobs that die now and did not before, and a dead letter that is nearly full, are warnings", async () => {
    const url = await connection();
    const { queue, catalog, tasks, work } = await openProject(url, { pay: pay() });
    const { seen } = await work({ pay: () => Promise.reject(new Error("no")) });
    expect(await examined(url, "dead-letters", catalog)).toMatchObject([{ level: "ok", found: "There are none." }]);
    await tasks.pay.enqueueMany([1, 2, 3].map((amount) => ({ payload: { amount } })));
    await seen.until("onDead", 3);
    const bound = { ageMs: 86_400_000, count: 3 };
    const full = redeclared(catalog, { retention: { completed: bound, failed: bound } });
    expect(await examined(url, "dead-letters", full)).toMatchObject([
      { level: "warning", found: `3 jobs of ${queue} died in the last hour, of 3 in the last day.` },
      { level: "warning", found: `${queue} holds 3 dead jobs of the 3 that its tasks keep.` },
    ]);
  });
});

async function deleteByHand(url: string, queue: string, id: string): Promise<void> {
  if (url.startsWith("embedded:")) {
    const database = openEmbedded(undefined);
    onTestFinished(() => database.close());
    await database.pool.query("DELETE FROM job WHERE queue = $1 AND id = $2", [queue, id]);
    return;
  }
  const client = new Redis(url);
  onTestFinished(() => client.disconnect());
  await client.del(`{taskwright:${queue}}:${queue}:${id}`);
}

/** As when BullMQ takes a run and then cannot make the one after it. */
async function loseNextRun(url: string, name: string): Promise<void> {
  const queue = await rawQueue(url, name);
  const [scheduler] = await queue.getJobSchedulers(0, -1);
  const job = await queue.getJob(`repeat:${scheduler?.key}:${scheduler?.next}`);
  await job?.promote();
  const { options, backend } = (await openStoreOf(url)).bind(name);
  const worker = new BullWorker(name, async () => undefined, { ...options, autorun: false }, backend);
  onTestFinished(() => worker.close());
  await worker.getBackend().moveToActive("token");
  await job?.moveToFailed(new Error("lost"), "token");
}
