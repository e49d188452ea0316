import { Redis } from "ioredis";
import { type JobFilter, type Operations, openOperations, type PageOptions } from "taskwright/operate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readManifest } from "../../cli/project.js";
import { catalog } from "../../generated/catalog.js";
import { createTasks } from "../../generated/index.js";
import { silentLogger } from "../support/project.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { payout, project } from "./populated-store.js";
import { runCli } from "./run-cli.js";
import { openTerminal } from "./terminal.js";

const perQueue = 100_000;
/** The most that one step looks at. */
const step = 1_000;

describe("with 100,000 jobs in each of two queues", { timeout: 300_000 }, () => {
  let redis: RedisServer;
  let client: Redis;
  let operations: Operations;
  beforeAll(async () => {
    redis = await startRedis();
    client = new Redis(redis.url);
    const connection = redis.url;
    operations = openOperations({
      connection,
      catalog,
      manifest: readManifest(project, "generated"),
      logger: silentLogger(),
    });
    await fill(connection);
  }, 300_000);
  afterAll(async () => {
    await operations.close();
    client.disconnect();
    await redis.stop();
  });

  /** How often the store was asked, and at how many jobs it looked, until a list was at its end or had found enough. */
  async function gather(filter: JobFilter, page: PageOptions) {
    await client.config("RESETSTAT");
    const ids: string[] = [];
    let scanned = 0;
    let cursor: string | undefined;
    do {
      const list = await operations.jobs(filter, { ...page, cursor });
      expect(list.jobs.length).toBeLessThanOrEqual(page.limit ?? 50);
      ids.push(...list.jobs.map(({ queue, id }) => `${queue}/${id}`));
      scanned += list.scanned;
      cursor = list.next;
    } while (cursor !== undefined && ids.length < (page.limit ?? 50));
    return { ids, scanned, asked: await steps() };
  }

  async function steps(): Promise<number> {
    return Number(/cmdstat_eval:calls=(\d+)/.exec(await client.info("commandstats"))?.[1] ?? 0);
  }

  test("a page looks at what it shows", async () => {
    const { ids, scanned, asked } = await gather({}, { limit: 50 });
    expect([ids.length, scanned]).toEqual([50, 50]);
    // A question for each state that holds nothing, and one for the page.
    expect(asked).toBeLessThanOrEqual(3);
  });

  test.each<[string, JobFilter, number, number]>([
    [
      "a field of the payload",
      { queues: ["critical"], where: [{ path: "reference", equals: "PAY-0099999" }] },
      1,
      perQueue,
    ],
    ["a number in the payload", { queues: ["critical"], where: [{ path: "amount", equals: "77" }] }, 1, perQueue],
    ["task", { tasks: ["notification:sms"], where: [{ path: "message", equals: "message 500" }] }, 1, 2 * perQueue],
    ["age", { olderThanMs: 3_600_000 }, 0, 2 * perQueue],
    ["the error's text", { error: "bank timeout" }, 0, 2 * perQueue],
    ["state", { states: ["dead", "cancelled", "active"] }, 0, 0],
  ])(
    "a search by %s looks at each job once, a thousand at a time, and says how far it has come",
    async (_, filter, found, jobs) => {
      const { ids, scanned, asked } = await gather(filter, { limit: 50 });
      expect([ids.length, scanned]).toEqual([found, jobs]);
      // And a question for each state that holds nothing, in each queue.
      expect(asked).toBeLessThanOrEqual(jobs / step + 25);
    },
  );

  test("one call of a search ends after 20,000 jobs, with the cursor to go on", async () => {
    const list = await operations.jobs({ error: "bank timeout" });
    expect(list).toMatchObject({ jobs: [], scanned: 20_000, next: expect.any(String) });
  });

  test("its pages pass over none and repeat none", async () => {
    const seen = new Set<string>();
    let cursor: string | undefined;
    let shown = 0;
    do {
      const list = await operations.jobs({ queues: ["critical"] }, { limit: step, cursor });
      for (const { id } of list.jobs) seen.add(id);
      shown += list.jobs.length;
      cursor = list.next;
    } while (cursor !== undefined);
    expect([seen.size, shown]).toEqual([perQueue, perQueue]);
  });

  test("queues, figures and the doctor ask no more than with few jobs", async () => {
    await client.config("RESETSTAT");
    await operations.stats();
    expect(await steps()).toBeLessThanOrEqual(3 * Object.keys(operations.manifest.queues).length);
    const [unknown] = await operations.examine(["unknown-tasks"]);
    expect(unknown).toMatchObject({ level: "ok", found: expect.stringContaining("The first 500 jobs") });
  });

  test("counting all of them needs little memory", async () => {
    const counted = await runCli(project, ["jobs", "rm", "--all", "--dry-run", "--json"], {
      ...{ REDIS_URL: redis.url, NODE_OPTIONS: "--max-old-space-size=48" },
    });
    expect({ ...counted, stdout: JSON.parse(counted.stdout) }).toMatchObject({
      ...{ code: 0, stdout: { matched: 2 * perQueue, done: 0, isComplete: true } },
    });
  });

  test("a search that finds nothing ends after 200,000 jobs, and says how to go on and how to look for less", async () => {
    const ended = await runCli(project, ["jobs", "ls", "--error", "bank timeout"], { REDIS_URL: redis.url });
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^queue\t.*\n$/) });
    expect(ended.stderr).toMatch(
      /^0 jobs, 200000 looked at\. More: --cursor \S+, or look for less by --state, --task or --queue\n$/,
    );
  });

  test("what deletes counts, asks, shows how far it is, and stops at its limit", async () => {
    const args = ["jobs", "rm", "--all", "--queue", "default", "--limit", "3000"];
    const terminal = openTerminal(project, args, { REDIS_URL: redis.url });
    await terminal.until(/Remove 3000 jobs for good\? \[y\/N\]/);
    terminal.type("y\n");
    const { code, output } = await terminal.ended;
    expect(code).toBe(0);
    expect(output).toMatch(/Removing \S+ [\d,]+ of 3,000/);
    expect(output).toContain("Removed 3000 jobs. There may be more that fit.");
    const [, left] = await operations.queues();
    expect(left?.counts.waiting).toBe(perQueue - 3_000);
  });
});

async function fill(connection: string): Promise<void> {
  const tasks = createTasks({ connection, logger: silentLogger() });
  for (let from = 0; from < perQueue; from += 5_000) {
    const numbers = Array.from({ length: 5_000 }, (_, n) => from + n);
    const payouts = numbers.map((n) => ({ payload: payout(`PAY-${String(n).padStart(7, "0")}`, n + 1) }));
    const messages = numbers.map((n) => ({
      payload: { phone: "+2348012345678", message: `message ${n}`, purpose: "otp" as const },
    }));
    await Promise.all([tasks.savings.processPayout.enqueueMany(payouts), tasks.notification.sms.enqueueMany(messages)]);
  }
  await tasks.close();
}
