import { randomUUID } from "node:crypto";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type JobOptions, planJobOptions } from "../../../runtime/mapping/job-options.js";
import { prepareJobs } from "../../../runtime/store/prepared-jobs.js";
import { task } from "../../support/project.js";

let client: Redis;
beforeAll(() => {
  client = new Redis(inject("redisUrl"));
});
afterAll(() => client.disconnect());

const declared = task({
  retries: 3,
  backoff: { type: "polynomial", delayMs: 50, exponent: 2, maxMs: 900, jitter: 0.5 },
});
const settings = { delayMs: 0, priority: "normal", retries: 3, timeoutMs: 5_000 } as const;

/** Lua writes the members of an object in any order. */
function readHash(hash: Record<string, string>): object {
  const { opts, timestamp: _, ...rest } = hash;
  return opts === undefined ? rest : { ...rest, opts: JSON.parse(opts) as unknown };
}

/** What each key of a queue holds, but for the queue's name and the times. */
async function contentOf(queue: Queue): Promise<Record<string, unknown>> {
  const content: Record<string, unknown> = {};
  const keys = await client.keys(`{p}:${queue.name}:*`);
  for (const key of keys.sort()) {
    const name = key.slice(`{p}:${queue.name}:`.length);
    const type = await client.type(key);
    if (type === "hash") content[name] = readHash(await client.hgetall(key));
    if (type === "list") content[name] = await client.lrange(key, "0", "-1");
    if (type === "zset") content[name] = await client.zrange(key, "0", "-1");
    if (type === "string") content[name] = await client.get(key);
    if (type === "stream") {
      const entries = await client.xrange(key, "-", "+");
      content[name] = entries.map(([, fields]) => fields.map((field) => (/^\d{13}$/.test(field) ? "time" : field)));
    }
  }
  return content;
}

test.each<[string, number, Partial<typeof settings> | { priority: "high" | "low" } | { delayMs: number }]>([
  ["one job", 1, {}],
  ["a job of another priority", 1, { priority: "low" }],
  ["a job with a delay", 1, { delayMs: 60_000 }],
  ["several jobs at once", 7, {}],
  ["several jobs with a delay", 7, { delayMs: 60_000 }],
  ["more than fit one call", 250, { priority: "high" }],
])("%s leaves in Redis exactly what BullMQ's own way leaves", async (_, count, changes) => {
  const opts: JobOptions = planJobOptions(declared, [declared], { ...settings, ...changes });
  const queues = ["theirs", "ours"].map(() => new Queue(randomUUID(), { connection: client, prefix: "{p}" }));
  const [theirs, ours] = queues;
  if (theirs === undefined || ours === undefined) return;
  await Promise.all(queues.map((queue) => queue.waitUntilReady()));
  const data = Array.from({ length: count }, (_each, index) => ({ index, text: 'naïve "quotes" 🎈' }));
  for (const each of data) await theirs.add("w:work", each, opts);

  const from = Date.now();
  const add = await prepareJobs(client, ours, "w:work", opts);
  if (add === undefined) throw new Error("BullMQ is not as we know it: see runtime/store/prepared-jobs.ts.");
  const ids = await add(data.map((each) => JSON.stringify(each)));
  expect(ids).toEqual(data.map((_each, index) => String(index + 1)));
  expect(await contentOf(ours)).toEqual(await contentOf(theirs));
  const job = await ours.getJob("1");
  expect(job?.timestamp).toBeGreaterThanOrEqual(from);
  expect(job?.timestamp).toBeLessThanOrEqual(Date.now());
  await Promise.all(queues.map((queue) => queue.close()));
});

test("calls of one turn of the event loop get each its own job", async () => {
  const queue = new Queue(randomUUID(), { connection: client, prefix: "{p}" });
  const add = await prepareJobs(client, queue, "w:work", planJobOptions(declared, [declared], settings));
  const ids = await Promise.all(Array.from({ length: 80 }, (_, index) => add?.([JSON.stringify({ index })])));
  const jobs = await Promise.all(ids.map((id) => queue.getJob(id?.[0] ?? "")));
  expect(jobs.map((job) => job?.data)).toEqual(Array.from({ length: 80 }, (_, index) => ({ index })));
  await queue.close();
});
