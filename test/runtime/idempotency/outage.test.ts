import { createTasks, createWorker } from "taskwright";
import { expect, onTestFinished, test } from "vitest";
import { payment, recordHooks, silentLogger, validatorOf } from "../../support/project.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";

/** With every write on its disk, so that what a job and its record say survives a kill. */
async function lastingRedis(): Promise<RedisServer> {
  const redis = await startRedis({ args: ["--appendonly", "yes", "--appendfsync", "always"] });
  onTestFinished(() => redis.stop());
  return redis;
}

const isPayment = validatorOf({ type: "object", required: ["reference", "amount"] });

/** A project on a Redis of its own; `onCheck` is called between the taking of a job and the begin of its effect. */
function openPayments(redis: RedisServer, onCheck: () => void = () => undefined) {
  const payload = (value: unknown) => {
    onCheck();
    return isPayment(value);
  };
  const pay = { ...payment({}, { payload }), name: "w:pay", queue: "outage" };
  const catalog = { queues: {}, workflows: { w: { pay } } };
  const logger = silentLogger();
  const tasks = createTasks(catalog, { connection: redis.url, logger });
  onTestFinished(() => tasks.close());
  return { catalog, logger, pay: tasks.w.pay };
}

test("the store goes away between the taking of a job and its begin: nothing runs until it is back, and then once", async () => {
  const redis = await lastingRedis();
  let isWorking = false;
  let isAway = false;
  const { catalog, logger, pay } = openPayments(redis, () => {
    if (!isWorking || isAway) return;
    isAway = true;
    redis.freeze();
  });
  const job = await pay.enqueue({ reference: "1", amount: 5 });
  const runs: { isAway: boolean; record: unknown }[] = [];
  const handler = async () => {
    runs.push({ isAway, record: await pay.idempotency.read({ reference: "1" }) });
    return { receipt: "R" };
  };
  isWorking = true;
  const seen = recordHooks();
  const options = { connection: redis.url, logger, hooks: seen.hooks, lockDuration: 2_000, stalledInterval: 500 };
  const worker = createWorker(catalog, { w: { pay: handler } }, options);
  onTestFinished(() => worker.close({ graceMs: 0 }));
  await worker.start();
  await expect.poll(() => isAway, { timeout: 10_000 }).toBe(true);
  // Frozen, then killed as it was: the begin may or may not have reached it.
  await redis.kill();
  expect(runs).toEqual([]);
  await redis.restart();
  isAway = false;
  isWorking = false;
  await expect.poll(async () => (await pay.get(job.id))?.state, { timeout: 20_000 }).toBe("completed");
  expect(runs).toMatchObject([{ isAway: false, record: { state: "running", jobId: job.id } }]);
  expect(await pay.get(job.id)).toMatchObject({ attempts: 1, result: { receipt: "R" } });
}, 60_000);

test("Redis is killed while payments and their duplicates run: every effect happens once, each with a record", async () => {
  const redis = await lastingRedis();
  const { catalog, logger, pay } = openPayments(redis);
  const references = Array.from({ length: 30 }, (_, n) => `P-${n}`);
  // Outside Redis, as a bank would count.
  const ledger = new Map<string, number>();
  const seen = recordHooks();
  const handler = async ({ reference }: { reference: string }) => {
    ledger.set(reference, (ledger.get(reference) ?? 0) + 1);
    return { receipt: `R ${reference}` };
  };
  const options = { connection: redis.url, logger, hooks: seen.hooks, concurrency: 4 };
  const worker = createWorker(
    catalog,
    { w: { pay: handler } },
    { ...options, lockDuration: 2_000, stalledInterval: 500 },
  );
  onTestFinished(() => worker.close({ graceMs: 0 }));
  const twice = [...references, ...references].map((reference) => ({ payload: { reference, amount: 5 } }));
  const jobs = await pay.enqueueMany(twice);
  await worker.start();
  for (const share of [10, 30]) {
    await seen.until("onSuccess", share);
    await redis.restart();
  }
  await expect
    .poll(
      async () => {
        const views = await Promise.all(jobs.map(({ id }) => pay.get(id))).catch(() => []);
        return views.filter((view) => view?.state === "completed").length;
      },
      { timeout: 60_000, interval: 200 },
    )
    .toBe(jobs.length);
  expect(ledger).toEqual(new Map(references.map((reference) => [reference, 1])));
  const records = await Promise.all(references.map((reference) => pay.idempotency.read({ reference })));
  expect(new Set(records.map((record) => record?.state))).toEqual(new Set(["done"]));
}, 120_000);
