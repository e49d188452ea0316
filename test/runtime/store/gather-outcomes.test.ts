import { randomUUID } from "node:crypto";
import { createRedisBackend, type Job, Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { expect, inject, onTestFinished, test } from "vitest";
import { gatherOutcomes } from "../../../runtime/store/gather-outcomes.js";
import { isRefusal } from "../../../runtime/store/outage.js";
import { startRedis } from "../../support/redis-server.js";

/** A worker of BullMQ with `count` active jobs; `commands` tells what its client has sent since. */
async function openActive(count: number, url = inject("redisUrl")) {
  const client = new Redis(url, { maxRetriesPerRequest: null });
  gatherOutcomes(client);
  const options = { connection: client, prefix: "{gather}" };
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
  const commands: string[] = [];
  const { sendCommand } = client;
  client.sendCommand = (command, ...rest) => {
    commands.push(command.name);
    return sendCommand.call(client, command, ...rest);
  };
  const record = (job: Job, fetchNext = false) =>
    worker.getBackend().moveToCompleted(job, `of ${job.name}`, false, "token", fetchNext);
  return { client, queue, jobs, commands, record };
}

test("of 100 jobs that end at once each is recorded with its own result, by two fifths of the commands or fewer", async () => {
  const { queue, jobs, commands, record } = await openActive(150);
  // Until Redis has the script, its text goes with the calls.
  await Promise.all(jobs.slice(0, 50).map((job) => record(job)));
  commands.length = 0;
  await Promise.all(jobs.slice(50).map((job) => record(job)));
  expect(commands.length).toBeLessThanOrEqual(40);
  const completed = await queue.getCompleted();
  expect(completed.map((job) => job.returnvalue).sort()).toEqual(jobs.map((job) => `of ${job.name}`).sort());
});

test("few that end at once leave one by one", async () => {
  const { jobs, commands, record } = await openActive(10);
  await Promise.all(jobs.map((job) => record(job)));
  expect(commands).toHaveLength(10);
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

test("calls of two queues on one client are kept apart", async () => {
  const one = await openActive(40);
  const other = new Queue(randomUUID(), { connection: one.client, prefix: "{gather}" });
  const worker = new Worker(other.name, async () => undefined, {
    connection: one.client,
    prefix: "{gather}",
    autorun: false,
  });
  onTestFinished(async () => {
    await worker.close();
    await other.obliterate({ force: true });
    await other.close();
  });
  await other.addBulk(Array.from({ length: 40 }, (_, n) => ({ name: `o${n}`, data: {} })));
  const others: Job[] = [];
  while (others.length < 40) others.push((await worker.getNextJob("token", { block: false })) as Job);
  const backend = worker.getBackend();
  await Promise.all(
    one.jobs.flatMap((job, n) => [
      one.record(job),
      backend.moveToCompleted(others[n] as Job, "other", false, "token", false),
    ]),
  );
  expect(await one.queue.getCompletedCount()).toBe(40);
  expect(await other.getCompletedCount()).toBe(40);
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
