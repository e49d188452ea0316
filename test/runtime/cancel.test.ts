import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { createTasks, JobCancelled } from "taskwright";
import { openQueues } from "taskwright/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { redisSteps } from "../../runtime/store/redis-steps.js";
import { openStore } from "../../runtime/store/store.js";
import { openRunningAttempts } from "../../runtime/worker/running-attempts.js";
import { deferred, openProject, silentLogger, stores, task, validatorOf } from "../support/project.js";
import { startRedis } from "../support/redis-server.js";
import { turns } from "../support/turns.js";

const hourly = { cron: "0 * * * *", timezone: "UTC" };
const never = { type: "fixed", delayMs: 3_600_000, maxMs: 3_600_000, jitter: 0 } as const;
const untilAborted = (_: unknown, job: { signal: AbortSignal }) =>
  new Promise<void>((_, reject) => job.signal.addEventListener("abort", () => reject(job.signal.reason)));

describe.each(stores)("on $store", ({ connection }) => {
  let open: Awaited<ReturnType<typeof openQueues>>;
  beforeAll(async () => {
    open = await openQueues({ queues: {}, workflows: {} }, connection());
  });
  afterAll(() => open.close());

  test("a job that waits never runs, and is kept among the dead with its reason", async () => {
    const project = await openProject(connection(), { send: task() });
    const { id } = await project.tasks.send.enqueue();
    const later = await project.tasks.send.enqueue(undefined, { delay: "1h" });
    expect(await project.tasks.send.cancel(id, "no longer needed")).toBe("cancelled");
    expect(await project.tasks.send.cancel(later.id)).toBe("cancelled");
    expect(await project.counts()).toMatchObject({ waiting: 0, delayed: 0, failed: 2 });
    expect(await project.tasks.send.get(id)).toMatchObject({
      state: "cancelled",
      failedReason: "Cancelled: no longer needed",
      attempts: 0,
    });
    expect(await project.tasks.send.cancel(id)).toBe("ended");
    expect(await project.tasks.send.cancel("nobody")).toBe("unknown");
  });

  test("a retry that waits never runs", async () => {
    const project = await openProject(connection(), { send: task({ retries: 3, backoff: never }) });
    const { seen } = await project.work({ send: () => Promise.reject(new Error("no")) });
    const { id } = await project.tasks.send.enqueue();
    await seen.until("onFailure");
    expect(await project.tasks.send.cancel(id)).toBe("cancelled");
    expect(await project.tasks.send.get(id)).toMatchObject({ state: "cancelled", attempts: 1 });
  });

  test("a running handler's signal aborts, and the job is not retried", async () => {
    const project = await openProject(connection(), { send: task({ retries: 5 }) });
    const { seen } = await project.work({ send: untilAborted });
    const { id } = await project.tasks.send.enqueue();
    await seen.until("onStart");
    expect(await project.tasks.send.cancel(id, "wrong number")).toBe("cancelling");
    const [ended] = await seen.until("onCancelled");
    expect(ended).toMatchObject({ jobId: id, attempt: 1, error: { cause: expect.any(JobCancelled) } });
    expect(await project.tasks.send.get(id)).toMatchObject({
      state: "cancelled",
      failedReason: "Cancelled: wrong number",
    });
    expect(seen.events).toMatchObject({ onFailure: [], onDead: [] });
    expect(seen.events.onStart).toHaveLength(1);
  });

  test("a handler that heeds no signal changes nothing: the job is cancelled, whatever it then returns", async () => {
    const project = await openProject(connection(), { send: task() });
    const gate = deferred();
    const { seen } = await project.work({
      send: async (_, job) => {
        job.signal.addEventListener("abort", () => gate.resolve());
        await gate.promise;
      },
    });
    const { id } = await project.tasks.send.enqueue();
    await seen.until("onStart");
    await project.tasks.send.cancel(id);
    await seen.until("onCancelled");
    expect(await project.tasks.send.get(id)).toMatchObject({ state: "cancelled" });
  });

  test("of two workers the one that runs the job is reached, and the other's jobs run on", async () => {
    const project = await openProject(connection(), { send: task<{ n: number }>({ payload: validatorOf({}) }) });
    const release = deferred();
    const reasons: unknown[] = [];
    const send = async ({ n }: { n: number }, job: { signal: AbortSignal }) => {
      if (n === 1) return untilAborted(n, job);
      job.signal.addEventListener("abort", () => reasons.push(n));
      await release.promise;
    };
    const one = await project.work({ send }, { concurrency: 1 });
    const two = await project.work({ send }, { concurrency: 1 });
    const jobs = await project.tasks.send.enqueueMany([{ payload: { n: 1 } }, { payload: { n: 2 } }]);
    await Promise.all([one.seen.until("onStart"), two.seen.until("onStart")]);
    await project.tasks.send.cancel(jobs[0]?.id ?? "");
    await Promise.race([one.seen.until("onCancelled"), two.seen.until("onCancelled")]);
    release.resolve();
    await Promise.race([one.seen.until("onSuccess"), two.seen.until("onSuccess")]);
    expect(reasons).toEqual([]);
  });

  test("the next run of a schedule ends as cancelled when it is due, and the one after it is there", async () => {
    const project = await openProject(connection(), { tidy: task({ schedules: { default: hourly } }) });
    const { seen } = await project.work({ tidy: () => undefined });
    const [next] = await project.queues.jobs("delayed");
    expect(await project.tasks.tidy.cancel(next?.id ?? "")).toBe("cancelling");
    await project.queues.promoteDelayed();
    expect(await seen.until("onCancelled")).toMatchObject([{ jobId: next?.id }]);
    expect(seen.events.onStart).toEqual([]);
    const [after] = await project.queues.jobs("delayed");
    expect(after?.id).not.toBe(next?.id);
  });

  test("a cancellation that no worker heard of is found before the job's next attempt", async () => {
    const project = await openProject(connection(), { send: task() });
    const { id } = await project.tasks.send.enqueue();
    const store = await openStore(connection(), "worker", silentLogger());
    const { options, backend } = store.bind(project.queue);
    const foreign = new Worker(project.queue, null, { ...options, autorun: false }, backend);
    const job = await foreign.getNextJob("token", { block: false });
    expect(await project.tasks.send.cancel(id)).toBe("cancelling");
    await job?.moveToWait("token");
    await foreign.close();
    await store.close();
    const { seen } = await project.work({ send: () => undefined });
    expect(await seen.until("onCancelled")).toMatchObject([{ jobId: id }]);
    expect(seen.events.onStart).toEqual([]);
  });

  test("a cancelled job frees its unique values, and its id", async () => {
    const project = await openProject(connection(), { send: task({ unique: { by: [] } }) });
    const first = await project.tasks.send.enqueue(undefined, { id: "order-1" });
    expect(await project.tasks.send.enqueue()).toEqual({ ...first, deduplicated: true });
    await project.tasks.send.cancel("order-1");
    expect(await project.tasks.send.enqueue(undefined, { id: "order-1" })).toEqual(first);
    expect(await project.counts()).toMatchObject({ waiting: 1, failed: 0 });
  });

  test("where dead jobs aren't kept, a cancelled one isn't either", async () => {
    const nothing = { completed: { ageMs: 1, count: 1 }, failed: { ageMs: 0, count: 0 } };
    const project = await openProject(connection(), { send: task({ retention: nothing }) });
    const { id } = await project.tasks.send.enqueue();
    expect(await project.tasks.send.cancel(id)).toBe("cancelled");
    expect(await project.tasks.send.get(id)).toBeUndefined();
  });

  test("a client cancels only jobs of its own task", async () => {
    const project = await openProject(connection(), { send: task(), other: task() });
    const { id } = await project.tasks.send.enqueue();
    expect(await project.tasks.other.cancel(id)).toBe("unknown");
    expect(await project.tasks.other.get(id)).toBeUndefined();
    const client = createTasks(project.catalog, { connection: connection(), logger: silentLogger() });
    onTestFinished(() => client.close());
    expect(await client.w.send.cancel(id)).toBe("cancelled");
  });
});

test("a cancellation that is faster than its job ends it before the handler is called", () => {
  const running = openRunningAttempts(silentLogger());
  running.cancel("1", "q", "too late");
  const job = { id: "1", name: "w:send" } as Parameters<typeof running.enter>[0];
  expect(running.enter(job, "q").reason).toBeInstanceOf(JobCancelled);
  expect(running.enter(job, "other").reason).toBeUndefined();
  expect(running.list()).toMatchObject([
    { queue: "q", jobId: "1" },
    { queue: "other", jobId: "1" },
  ]);
});

test("a cancellation that came while the worker was out of touch reaches its running handler afterwards", async () => {
  const server = await startRedis();
  onTestFinished(() => server.stop());
  const redis = new Redis(server.url);
  onTestFinished(() => redis.disconnect());
  const project = await openProject(server.url, { send: task() });
  const { seen } = await project.work({ send: untilAborted });
  const { id } = await project.tasks.send.enqueue();
  await seen.until("onStart");
  await redis.publish(`{taskwright:${project.queue}}:cancel`, "anybody may say anything here");
  await redis.call("CLIENT", "KILL", "TYPE", "pubsub");
  expect(await project.tasks.send.cancel(id)).toBe("cancelling");
  expect(await seen.until("onCancelled")).toMatchObject([{ jobId: id, attempt: 1 }]);
});

test("one that came as its attempt was failing does not wait for the retry", async () => {
  const server = await startRedis();
  onTestFinished(() => server.stop());
  const redis = new Redis(server.url);
  onTestFinished(() => redis.disconnect());
  const project = await openProject(server.url, { send: task({ retries: 3, backoff: never }) });
  const { seen } = await project.work({
    send: async (_, job) => {
      // So that nobody tells this attempt.
      await redis.call("CLIENT", "KILL", "TYPE", "pubsub");
      await project.tasks.send.cancel(job.id);
      throw new Error("no");
    },
  });
  const job = await project.tasks.send.enqueue();
  await expect(project.tasks.send.waitFor(job, { timeout: "20s" })).rejects.toBeInstanceOf(JobCancelled);
  expect(seen.events.onStart).toHaveLength(1);
});

test("who stops to listen as the connection comes back, and breaks again, leaves no rejection that nobody hears", async () => {
  const server = await startRedis();
  onTestFinished(() => server.stop());
  const redis = new Redis(server.url);
  onTestFinished(() => redis.disconnect());
  const subscribers: Redis[] = [];
  const duplicate = redis.duplicate.bind(redis);
  redis.duplicate = (options) => {
    const copy = duplicate(options);
    subscribers.push(copy);
    return copy;
  };
  const unheard: unknown[] = [];
  const hear = (reason: unknown) => void unheard.push(reason);
  process.on("unhandledRejection", hear);
  onTestFinished(() => void process.off("unhandledRejection", hear));
  const stop = await redisSteps(redis).onCancel(["q"], { cancelled: () => undefined, mayHaveMissed: () => undefined });
  const [subscriber] = subscribers;
  const ended = new Promise((resolve) => void subscriber?.once("end", resolve));
  // What it subscribes to again has been sent, and is never answered.
  subscriber?.once("ready", () => {
    void stop();
    subscriber.stream.destroy();
  });
  await redis.call("CLIENT", "KILL", "TYPE", "pubsub");
  await ended;
  await turns(2);
  expect(unheard).toEqual([]);
});
