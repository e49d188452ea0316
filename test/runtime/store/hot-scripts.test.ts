import { randomUUID } from "node:crypto";
import { createRedisBackend, type Job, Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { expect, inject, onTestFinished, test } from "vitest";
import { quickenScripts } from "../../../runtime/store/hot-scripts.js";
import { isRefusal } from "../../../runtime/store/outage.js";
import { startRedis } from "../../support/redis-server.js";

/** A worker of BullMQ with `count` active jobs. */
async function openActive(count: number, url = inject("redisUrl")) {
  const client = new Redis(url, { maxRetriesPerRequest: null });
  quickenScripts(client);
  const options = { connection: client, prefix: "{hot}" };
  const name = randomUUID();
  const queue = new Queue(name, options);
  const worker = new Worker(name, async () => undefined, { ...options, autorun: false }, createRedisBackend);
  onTestFinished(async () => {
    await worker.close();
    await queue.obliterate({ force: true });
    await queue.close();
    client.disconnect();
  });
  await worker.waitUntilReady();
  await queue.addBulk(Array.from({ length: count }, (_, n) => ({ name: `j${n}`, data: {} })));
  const jobs: Job[] = [];
  while (jobs.length < count) jobs.push((await worker.getNextJob("token", { block: false })) as Job);
  const record = (job: Job, fetchNext = false) =>
    worker.getBackend().moveToCompleted(job, `of ${job.name}`, false, "token", fetchNext);
  return { client, queue, jobs, record };
}

test("of jobs that end at once each is recorded with its own result", async () => {
  const { queue, jobs, record } = await openActive(60);
  await Promise.all(jobs.map((job) => record(job)));
  const completed = await queue.getCompleted();
  expect(completed.map((job) => job.returnvalue).sort()).toEqual(jobs.map((job) => `of ${job.name}`).sort());
});

test("what follows from a reply is sent before the next reply is given out, though both came in one packet", async () => {
  const { client, jobs, record } = await openActive(8);
  // Until Redis has the script, its text goes with the calls.
  await record(jobs[0] as Job);
  const order: string[] = [];
  const ends = jobs.slice(1).map(async (job) => {
    await record(job);
    order.push("given out");
    await undefined;
    order.push("sent");
    await client.ping();
  });
  await Promise.all(ends);
  expect(order).toEqual(Array.from({ length: 7 }, () => ["given out", "sent"]).flat());
});

test("the next jobs come with the outcomes, one for each call that asks", async () => {
  const { queue, jobs, record } = await openActive(60);
  await queue.addBulk(Array.from({ length: 20 }, (_, n) => ({ name: `next${n}`, data: {} })));
  const answers = await Promise.all(jobs.map((job, n) => record(job, n % 2 === 0)));
  const fetched = answers.map(({ result }) => (Array.isArray(result) ? result[0]?.name : undefined));
  expect(fetched.filter((name) => name !== undefined)).toEqual(Array.from({ length: 20 }, (_, n) => `next${n}`));
  expect(fetched.filter((_, n) => n % 2 === 1)).toEqual(Array.from({ length: 30 }, () => undefined));
});

test("one whose lock is gone, and one that Redis cannot record, fail alone", async () => {
  const { client, queue, jobs, record } = await openActive(60);
  const [, lockless, , broken] = jobs;
  await client.del(queue.toKey(`${lockless?.id}:lock`));
  await client.set(queue.toKey(`${broken?.id}`), "no hash");
  const answers = await Promise.allSettled(jobs.map((job) => record(job)));
  const reasons = answers.map((answer) => (answer.status === "rejected" ? String(answer.reason) : undefined));
  expect(reasons[1]).toContain("Missing lock for job");
  expect(reasons[3]).toContain("WRONGTYPE");
  expect(reasons.filter((reason) => reason !== undefined)).toHaveLength(2);
  expect(await queue.getCompletedCount()).toBe(58);
  await client.del(queue.toKey(`${broken?.id}`));
});

test("a refusal of Redis reaches every call that it concerns, and each can be made again", async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const { client, queue, jobs, record } = await openActive(50, redis.url);
  await client.config("SET", "min-replicas-to-write", "1");
  const refused = await Promise.allSettled(jobs.map((job) => record(job)));
  const reasons = refused.map((answer) => (answer.status === "rejected" ? answer.reason : undefined));
  expect(reasons.map((reason) => isRefusal(reason))).toEqual(jobs.map(() => true));
  await client.config("SET", "min-replicas-to-write", "0");
  await Promise.all(jobs.map((job) => record(job)));
  expect(await queue.getCompletedCount()).toBe(50);
});
