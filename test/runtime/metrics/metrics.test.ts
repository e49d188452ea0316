import { Registry } from "prom-client";
import { createTasks, InvalidPayload, OutcomeUnknown, Revoke, SkipRetry, type WorkerOptions } from "taskwright";
import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { planEffect } from "../../../runtime/mapping/effect.js";
import { openQueue } from "../../../runtime/store/queue.js";
import { openStore } from "../../../runtime/store/store.js";
import {
  type Amount,
  amountSchema,
  deferred,
  openProject,
  payment,
  silentLogger,
  stores,
  task,
  validatorOf,
} from "../../support/project.js";
import { startRedis } from "../../support/redis-server.js";
import { readSamples, sampleOf, urlOf } from "../../support/scrape.js";

const served: Partial<WorkerOptions> = { serve: { port: 0, host: "127.0.0.1" } };

describe.each(stores)("on $store", ({ connection }) => {
  let open: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => open.close());

  test("counts what becomes of jobs, by task and reason, and how long they waited and took", async () => {
    const definitions = {
      good: task(),
      bad: task({ retries: 1 }),
      slow: task({ timeoutMs: 20 }),
      dropped: task(),
      final: task({ retries: 3 }),
      odd: task<undefined, number>({ result: validatorOf({ type: "integer" }) }),
      paid: task<Amount>({ payload: validatorOf(amountSchema) }),
    };
    const project = await openProject(connection(), definitions);
    const metrics = new Registry();
    const { seen } = await project.work(
      {
        good: () => undefined,
        bad: () => {
          throw new Error("bad");
        },
        slow: (_, job) =>
          new Promise((_, reject) => job.signal.addEventListener("abort", () => reject(job.signal.reason))),
        dropped: () => {
          throw new Revoke("pointless");
        },
        final: () => {
          throw new SkipRetry("closed");
        },
        odd: () => 1.5,
        paid: () => undefined,
      },
      { metrics },
    );
    const client = createTasks(project.catalog, { connection: connection(), logger: silentLogger(), metrics });
    onTestFinished(() => client.close());
    const { w } = client;
    await w.good.enqueueMany([{}, {}, {}]);
    for (const name of ["bad", "slow", "dropped", "final", "odd"] as const) await w[name].enqueue();
    await w.good.enqueue(undefined, { id: "once", delay: "1h" });
    await w.good.enqueue(undefined, { id: "once", delay: "1h" });
    await expect(w.paid.enqueue({ amount: -1 })).rejects.toBeInstanceOf(InvalidPayload);
    await expect(w.good.enqueue(undefined, { delay: -1 })).rejects.toThrow("delay");
    await seen.until("onSuccess", 3);
    await seen.until("onDead", 4);
    await seen.until("onRevoked");

    const text = await metrics.metrics();
    const { queue } = project;
    const value = (name: string, labels: Record<string, string> = {}) =>
      sampleOf(text, `taskwright_${name}`, { queue, ...labels });
    expect(value("jobs_enqueued_total", { task: "w:good" })).toBe(4);
    expect(value("jobs_deduplicated_total", { task: "w:good" })).toBe(1);
    expect(value("jobs_invalid_total", { task: "w:paid" })).toBe(1);
    expect(value("enqueue_failures_total", { task: "w:good", reason: "invalid_option" })).toBe(1);
    expect(value("jobs_started_total", { task: "w:bad" })).toBe(2);
    expect(value("jobs_completed_total", { task: "w:good" })).toBe(3);
    expect(value("jobs_failed_total", { task: "w:bad", reason: "error" })).toBe(2);
    expect(value("jobs_retried_total", { task: "w:bad" })).toBe(1);
    expect(value("jobs_dead_total", { task: "w:bad" })).toBe(1);
    expect(value("jobs_failed_total", { task: "w:slow", reason: "timeout" })).toBe(1);
    expect(value("jobs_failed_total", { task: "w:dropped", reason: "revoked" })).toBe(1);
    expect(value("jobs_dead_total", { task: "w:dropped" })).toBe(0);
    expect(value("jobs_failed_total", { task: "w:final", reason: "skip_retry" })).toBe(1);
    expect(value("jobs_retried_total", { task: "w:final" })).toBe(0);
    expect(value("jobs_failed_total", { task: "w:odd", reason: "invalid_result" })).toBe(1);
    expect(value("job_wait_seconds_count", { task: "w:bad" })).toBe(1);
    expect(value("job_duration_seconds_count", { task: "w:bad" })).toBe(2);
    expect(value("job_duration_seconds_sum", { task: "w:slow" })).toBeGreaterThanOrEqual(0.019);
  });

  test("tells the state of queues, pool, workers and schedules", async () => {
    const tick = task({ schedules: { yearly: { cron: "0 0 1 1 *", timezone: "UTC" } } });
    const project = await openProject(connection(), { work: task(), tick });
    const release = deferred();
    const { worker } = await project.work(
      { work: () => release.promise, tick: () => undefined },
      {
        ...served,
        concurrency: 2,
      },
    );
    await project.tasks.work.enqueueMany([{}, {}, {}, { delay: "1h" }]);
    const scrape = async () => (await fetch(`${urlOf(project.logger)}/metrics`)).text();
    const { queue } = project;
    await expect.poll(async () => sampleOf(await scrape(), "taskwright_pool_running", { queue })).toBe(2);
    const text = await scrape();
    const jobs = (state: string) => sampleOf(text, "taskwright_queue_jobs", { queue, state });
    expect([jobs("waiting"), jobs("active"), jobs("delayed"), jobs("completed"), jobs("dead")]).toEqual([
      1, 2, 2, 0, 0,
    ]);
    expect(sampleOf(text, "taskwright_queue_oldest_waiting_seconds", { queue })).toBeGreaterThan(0);
    expect(sampleOf(text, "taskwright_queue_paused", { queue })).toBe(0);
    expect(sampleOf(text, "taskwright_pool_slots")).toBe(2);
    expect(sampleOf(text, "taskwright_abandoned_handlers", { queue })).toBe(0);
    expect(sampleOf(text, "taskwright_worker_ready")).toBe(1);
    expect(sampleOf(text, "taskwright_worker_stuck", { queue })).toBe(0);
    expect(sampleOf(text, "taskwright_workers", { state: "fetching" })).toBe(1);
    expect(sampleOf(text, "taskwright_schedule_lag_seconds", { task: "w:tick", schedule: "yearly" })).toBe(0);
    expect(sampleOf(text, "taskwright_store_up")).toBe(1);
    expect(sampleOf(text, "process_cpu_user_seconds_total")).toBeGreaterThan(0);
    release.resolve();
    await expect.poll(async () => sampleOf(await scrape(), "taskwright_pool_running", { queue })).toBe(0);
    await worker.close();
    await expect(scrape()).rejects.toThrow();
  });

  test("jobs of names that nobody declared are one task to it, so that nobody can make it grow", async () => {
    const project = await openProject(connection(), { work: task() });
    const store = await openStore(connection(), "producer", silentLogger());
    onTestFinished(() => store.close());
    const queue = openQueue(store, project.queue, silentLogger());
    onTestFinished(() => queue.close());
    for (let n = 0; n < 20; n += 1) await queue.add(`w:stranger-${n}`, {});
    const metrics = new Registry();
    await project.work({ work: () => undefined }, { metrics });
    const labels = { task: "unknown", reason: "unknown_task", queue: project.queue };
    const postponed = async () => sampleOf(await metrics.metrics(), "taskwright_jobs_postponed_total", labels);
    await expect.poll(postponed).toBeGreaterThanOrEqual(20);
    const tasks = readSamples(await metrics.metrics()).map(({ labels: { task } }) => task);
    expect(new Set(tasks)).toEqual(new Set([undefined, "w:work", "unknown"]));
  });

  test("what becomes of idempotency keys is counted", async () => {
    const definition = payment({ onUncertain: "park" });
    const takeable = payment({ leaseMs: 300 });
    const project = await openProject(connection(), { pay: definition, slow: takeable });
    const metrics = new Registry();
    const [begun, gate, taken] = [deferred(), deferred(), deferred()];
    const store = await openStore(connection(), "worker", silentLogger());
    onTestFinished(() => store.close());
    let runs = 0;
    const { seen } = await project.work(
      {
        pay: async ({ reference }) => {
          if (reference === "nobody knows") throw new OutcomeUnknown("the bank did not answer");
          if (reference === "held") {
            begun.resolve();
            await gate.promise;
          }
          return { receipt: reference };
        },
        slow: async (payload) => {
          runs += 1;
          if (runs > 1) return { receipt: "later" };
          const place = { queue: project.queue, ...planEffect({ ...takeable, name: "w:slow" }, payload) };
          const claim = { owner: "other", jobId: "other", fingerprint: place.fingerprint, takesOver: true };
          await store.effects.read(place);
          // As when a process stands still for longer than its lease, and another goes on with its job.
          for (let found = "busy"; found === "busy"; ) {
            for (const end = Date.now() + 400; Date.now() < end; );
            found = (await store.effects.begin(place, { ...claim, leaseMs: 1, ttlMs: 60_000 })).kind;
          }
          await taken.promise;
          return { receipt: "too late" };
        },
      },
      { metrics },
    );
    const { pay, slow } = project.tasks;
    const event = async (task: string, name: string) =>
      sampleOf(await metrics.metrics(), "taskwright_idempotency_events_total", { task, event: name });
    await pay.enqueue({ reference: "1", amount: 1 });
    await seen.until("onSuccess");
    await pay.enqueue({ reference: "1", amount: 1 });
    await seen.until("onSuccess", 2);
    await pay.enqueue({ reference: "1", amount: 2 });
    await pay.enqueue({ reference: "nobody knows", amount: 1 });
    await seen.until("onDead", 2);
    await pay.enqueue({ reference: "held", amount: 1 });
    await begun.promise;
    await pay.enqueue({ reference: "held", amount: 1 });
    await expect.poll(() => event("w:pay", "busy")).toBe(1);
    gate.resolve();
    await seen.until("onSuccess", 4);
    const found = ["claimed", "duplicate", "conflict", "parked"].map((name) => event("w:pay", name));
    expect(await Promise.all(found)).toEqual([3, 2, 1, 1]);

    await slow.enqueue({ reference: "1", amount: 1 });
    await expect.poll(() => event("w:slow", "lease_lost")).toBe(1);
    taken.resolve();
    await seen.until("onSuccess", 5);
    expect(await Promise.all(["claimed", "taken_over"].map((name) => event("w:slow", name)))).toEqual([1, 1]);
  });

  test("what handlers enqueue is counted too", async () => {
    const project = await openProject(connection(), { parent: task(), child: task() });
    const metrics = new Registry();
    const { seen } = await project.work(
      { parent: async (_, job) => void (await job.tasks.w.child.enqueue()), child: () => undefined },
      { metrics },
    );
    await project.tasks.parent.enqueue();
    await seen.until("onSuccess", 2);
    expect(sampleOf(await metrics.metrics(), "taskwright_jobs_enqueued_total", { task: "w:child" })).toBe(1);
  });

  test("two workers of a process share a registry, and are ready together", async () => {
    const metrics = new Registry();
    const workers = [];
    for (const concurrency of [2, 3]) {
      const project = await openProject(connection(), { work: task() });
      workers.push((await project.work({ work: () => undefined }, { metrics, concurrency })).worker);
    }
    const value = async (name: string) => sampleOf(await metrics.metrics(), `taskwright_${name}`);
    expect(await value("pool_slots")).toBe(5);
    expect(await value("worker_ready")).toBe(1);
    for (const worker of workers) {
      worker.suspend();
      expect(await value("worker_ready")).toBe(0);
      worker.resume();
    }
    await workers[0]?.close();
    expect(await value("worker_ready")).toBe(1);
    await workers[1]?.close();
    expect(await value("worker_ready")).toBe(0);
  });
});

test("a scrape is answered while Redis is silent or away, and says so; scrapes never pile up", async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const project = await openProject(redis.url, { work: task() });
  await project.work({ work: () => undefined }, served);
  const url = `${urlOf(project.logger)}/metrics`;
  const scrape = async () => (await fetch(url)).text();
  const up = async () => sampleOf(await scrape(), "taskwright_store_up");
  expect(await up()).toBe(1);
  for (const away of [redis.freeze, redis.kill]) {
    await away();
    const from = Date.now();
    const texts = await Promise.all(Array.from({ length: 10 }, scrape));
    expect(Date.now() - from).toBeLessThan(2_500);
    for (const text of texts) {
      expect(sampleOf(text, "taskwright_store_up")).toBe(0);
      expect(sampleOf(text, "taskwright_pool_slots")).toBe(10);
      expect(text).not.toMatch(/^taskwright_queue_jobs\{/m);
    }
    if (away === redis.freeze) redis.thaw();
    else await redis.restart();
    await expect.poll(up, { timeout: 5_000 }).toBe(1);
  }
});

test("locks are counted as they are renewed, and handlers as they are abandoned", async () => {
  const project = await openProject(stores[0]?.connection() ?? "", { hold: task({ timeoutMs: 500 }) });
  const metrics = new Registry();
  const release = deferred();
  const { seen } = await project.work({ hold: () => release.promise }, { metrics, lockDuration: 400 });
  await project.tasks.hold.enqueue();
  await seen.until("onDead");
  const { queue } = project;
  const text = await metrics.metrics();
  expect(sampleOf(text, "taskwright_lock_renewals_total", { queue, outcome: "renewed" })).toBeGreaterThan(0);
  expect(sampleOf(text, "taskwright_abandoned_handlers", { queue })).toBe(1);
  release.resolve();
  await expect.poll(async () => sampleOf(await metrics.metrics(), "taskwright_abandoned_handlers", { queue })).toBe(0);
});
