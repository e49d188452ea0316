import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createPostgresBackend, type Job, type Processor, Queue, QueueEvents, Worker } from "bullmq";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type EmbeddedDatabase, openEmbedded } from "../../../runtime/store/embedded.js";

let database: EmbeddedDatabase;
let queues = 0;

beforeAll(async () => {
  database = openEmbedded(undefined);
  await database.ready();
});
afterAll(() => database.close());

/** Closes what a test opened, the last first, before its database. */
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function createQueue(name: string, on: EmbeddedDatabase) {
  return new Queue(name, { connection: on.pool }, createPostgresBackend);
}
type EmbeddedQueue = ReturnType<typeof createQueue>;

function openQueue(name = `queue-${++queues}`, on = database): EmbeddedQueue {
  const queue = createQueue(name, on);
  closers.push(() => queue.close());
  return queue;
}

async function openEvents(queue: EmbeddedQueue) {
  const events = new QueueEvents(queue.name, { connection: database.pool }, createPostgresBackend);
  closers.push(() => events.close());
  await events.waitUntilReady();
  return events;
}

function work(queue: EmbeddedQueue, processor: Processor, concurrency = 1) {
  const worker = new Worker(queue.name, processor, { connection: database.pool, concurrency }, createPostgresBackend);
  worker.on("error", () => undefined);
  closers.push(() => worker.close());
  return worker;
}
type EmbeddedWorker = ReturnType<typeof work>;

/** Resolves with the first `count` jobs that `worker` ended. */
function ended(worker: EmbeddedWorker, event: "completed" | "failed", count = 1): Promise<Job[]> {
  const jobs: Job[] = [];
  return new Promise((resolve) => {
    worker.on(event as "completed", (job: Job) => {
      if (jobs.push(job) === count) resolve(jobs);
    });
  });
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "taskwright-embedded-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A process of its own that runs `code` with `openEmbedded`, `Queue`, `createPostgresBackend` and `folder`. */
function startProcess(folder: string, code: string, ...options: string[]) {
  const module = (path: string) => JSON.stringify(fileURLToPath(import.meta.resolve(path)));
  const source = `
    import { openEmbedded } from ${module("../../../runtime/store/embedded.ts")};
    import { Queue, createPostgresBackend } from "bullmq";
    const folder = ${JSON.stringify(folder)};
    ${code}`;
  const child = spawn(
    process.execPath,
    ["--conditions=taskwright-source", "--import", "tsx", ...options, "--input-type=module", "--eval", source],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    exited: once(child, "exit"),
    nextLine: async (): Promise<string> => (await lines.next()).value ?? "the end",
  };
}

describe("BullMQ on the embedded store", () => {
  test("a worker gets the payload, and its result comes back", async () => {
    const queue = openQueue();
    const events = await openEvents(queue);
    work(queue, async (job) => ({ sum: job.data.a + job.data.b }));
    const job = await queue.add("add", { a: 2, b: 3 });
    expect(await job.waitUntilFinished(events)).toEqual({ sum: 5 });
  });

  test("a delayed job waits for its time", async () => {
    const queue = openQueue();
    const job = await queue.add("later", {}, { delay: 300 });
    const [done] = await ended(
      work(queue, async () => undefined),
      "completed",
    );
    expect(done?.processedOn).toBeGreaterThanOrEqual(job.timestamp + 300);
  });

  test("a failed job is retried after its backoff until it succeeds", async () => {
    const queue = openQueue();
    await queue.add("flaky", {}, { attempts: 3, backoff: { type: "fixed", delay: 20 } });
    const worker = work(queue, async (job) => {
      if (job.attemptsMade < 2) throw new Error("not yet");
    });
    const [done] = await ended(worker, "completed");
    expect(done?.attemptsMade).toBe(3);
  });

  test("a job out of attempts is failed, with its reason", async () => {
    const queue = openQueue();
    await queue.add("broken", {});
    const worker = work(queue, async () => {
      throw new Error("no way");
    });
    await ended(worker, "failed");
    expect((await queue.getFailed()).map(({ failedReason }) => failedReason)).toEqual(["no way"]);
  });

  test("jobs run in the order of their priority", async () => {
    const queue = openQueue();
    await queue.addBulk([5, 1, 3].map((priority) => ({ name: "job", data: { priority }, opts: { priority } })));
    const jobs = await ended(
      work(queue, async () => undefined),
      "completed",
      3,
    );
    expect(jobs.map(({ data }) => data.priority)).toEqual([1, 3, 5]);
  });

  test("a scheduler ticks again and again", async () => {
    const queue = openQueue();
    const worker = work(queue, async () => undefined);
    const jobs = ended(worker, "completed", 3);
    await queue.upsertJobScheduler("tick", { every: 100 }, { name: "tick", data: { n: 1 } });
    expect((await jobs).map(({ data }) => data)).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }]);
    await queue.removeJobScheduler("tick");
  });

  test("a deduplicated job is not added twice", async () => {
    const queue = openQueue();
    const first = await queue.add("once", {}, { deduplication: { id: "same" } });
    const second = await queue.add("once", {}, { deduplication: { id: "same" } });
    expect(second.id).toBe(first.id);
    expect(await queue.getWaitingCount()).toBe(1);
  });

  test("options that BullMQ doesn't know come back with the job", async () => {
    const queue = openQueue();
    const { id } = await queue.add("job", {}, { contract: 3 } as never);
    const job = await queue.getJob(id ?? "");
    expect(job?.opts).toMatchObject({ contract: 3 });
  });

  test("three workers on each of three queues run every job once", async () => {
    const three = [openQueue(), openQueue(), openQueue()];
    const runs: string[] = [];
    let remaining = 300;
    const all = new Promise<void>((resolve) => {
      for (const queue of [...three, ...three, ...three]) {
        const worker = work(queue, async (job) => void runs.push(`${queue.name}/${job.data.n}`), 5);
        worker.on("completed", () => {
          remaining -= 1;
          if (remaining === 0) resolve();
        });
      }
    });
    await Promise.all(three.flatMap((queue) => Array.from({ length: 100 }, (_, n) => queue.add("job", { n }))));
    await all;
    expect([runs.length, new Set(runs).size]).toEqual([300, 300]);
    const counts = await Promise.all(
      three.map((queue) => queue.getJobCounts("completed", "waiting", "active", "failed")),
    );
    expect(counts).toEqual(Array(3).fill({ completed: 100, waiting: 0, active: 0, failed: 0 }));
  });

  test("the events of two queues reach their own listeners only", async () => {
    const [one, two] = [openQueue(), openQueue()];
    const [ofOne, ofTwo] = [await openEvents(one), await openEvents(two)];
    const seen: string[] = [];
    ofOne.on("completed", ({ returnvalue }) => seen.push(`one: ${returnvalue}`));
    ofTwo.on("completed", ({ returnvalue }) => seen.push(`two: ${returnvalue}`));
    work(one, async () => "first");
    work(two, async () => "second");
    const jobs = [await one.add("job", {}), await two.add("job", {})] as const;
    await Promise.all([jobs[0].waitUntilFinished(ofOne), jobs[1].waitUntilFinished(ofTwo)]);
    expect(seen.sort()).toEqual(["one: first", "two: second"]);
  });

  test("a queue's workers are found by name", async () => {
    const queue = openQueue();
    await Promise.all(
      [work(queue, async () => undefined), work(queue, async () => undefined)].map((worker) => worker.waitUntilReady()),
    );
    expect(await queue.getWorkersCount()).toBe(2);
  });
});

describe("the pool of an embedded database", () => {
  test("a transaction keeps other clients' statements out until it ends", async () => {
    await database.pool.query("CREATE TABLE account (amount int)");
    const [one, two] = [await database.pool.connect(), await database.pool.connect()];
    await one.query("BEGIN");
    await one.query("INSERT INTO account VALUES (1)");
    const seenByOthers = Promise.all([
      two.query("SELECT count(*)::int AS n FROM account"),
      database.pool.query("SELECT count(*)::int AS n FROM account"),
    ]);
    await one.query("INSERT INTO account VALUES (2)");
    await one.query("ROLLBACK");
    expect((await seenByOthers).map(({ rows }) => rows)).toEqual([[{ n: 0 }], [{ n: 0 }]]);
    one.release();
    two.release();
  });

  test("a client released inside a transaction leaves nothing behind", async () => {
    const client = await database.pool.connect();
    await client.query("BEGIN");
    await client.query("CREATE TABLE forgotten (n int)");
    client.release();
    const { rows } = await database.pool.query("SELECT to_regclass('forgotten') AS found");
    expect(rows).toEqual([{ found: null }]);
  });

  test("a notification reaches each client that listens to its channel, and no other", async () => {
    const [one, two, other] = [
      await database.pool.connect(),
      await database.pool.connect(),
      await database.pool.connect(),
    ];
    const heard: string[] = [];
    one.on("notification", ({ payload }) => heard.push(`one ${payload}`));
    two.on("notification", ({ payload }) => heard.push(`two ${payload}`));
    other.on("notification", ({ payload }) => heard.push(`other ${payload}`));
    for (const client of [one, two]) await client.query("-- a comment\nLISTEN news;\n");
    await other.query("LISTEN gossip");
    await database.pool.query("SELECT pg_notify('news', 'a')");
    await one.query("UNLISTEN news");
    await database.pool.query("SELECT pg_notify('news', 'b')");
    one.release();
    await database.pool.query("SELECT pg_notify('news', 'c')");
    expect(heard).toEqual(["one a", "two a", "two b", "two c"]);
    two.release();
    other.release();
  });

  test.each<{ sql: string; parameter: unknown; returns: unknown }>([
    { sql: "$1::bigint", parameter: 9007199254740993n, returns: "9007199254740993" },
    { sql: "$1::int", parameter: 7, returns: 7 },
    { sql: "$1::numeric", parameter: "1.10", returns: "1.10" },
    { sql: "$1::float8", parameter: 0.5, returns: 0.5 },
    { sql: "$1::boolean", parameter: true, returns: true },
    { sql: "$1::text", parameter: null, returns: null },
    { sql: "$1::text", parameter: undefined, returns: null },
    { sql: "$1::jsonb", parameter: '{"a":[1,"é"]}', returns: { a: [1, "é"] } },
    { sql: "$1::jsonb", parameter: { a: 1 }, returns: { a: 1 } },
    { sql: "$1::jsonb", parameter: '"text"', returns: "text" },
    {
      sql: "$1::text[]",
      parameter: ["a", 'say "hi", {you}', "back\\slash", null, "", "NULL"],
      returns: ["a", 'say "hi", {you}', "back\\slash", null, "", "NULL"],
    },
    { sql: "$1::bigint[]", parameter: [1, 2], returns: ["1", "2"] },
    {
      sql: "$1::int[]",
      parameter: [
        [1, 2],
        [3, 4],
      ],
      returns: [
        [1, 2],
        [3, 4],
      ],
    },
    { sql: "$1::int[]", parameter: [], returns: [] },
    { sql: "$1::bytea", parameter: Buffer.from([0, 255, 92]), returns: Buffer.from([0, 255, 92]) },
    {
      sql: "$1::timestamptz",
      parameter: new Date("2026-02-03T04:05:06.789Z"),
      returns: new Date("2026-02-03T04:05:06.789Z"),
    },
  ])("$sql of $parameter is $returns, as with pg", async ({ sql, parameter, returns }) => {
    const { rows } = await database.pool.query(`SELECT ${sql} AS value`, [parameter]);
    expect(rows).toEqual([{ value: returns }]);
  });

  test("an error carries PostgreSQL's code and detail, and the next statement works", async () => {
    const failing = database.pool.query("SELECT 1 / $1::int", [0]);
    await expect(failing).rejects.toMatchObject({ code: "22012", message: "division by zero" });
    expect((await database.pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });

  test("a text of several statements runs whole, and counts the rows of the last", async () => {
    const result = await database.pool.query("CREATE TABLE several (n int); INSERT INTO several VALUES (1), (2)");
    expect(result.rowCount).toBe(2);
  });
});

describe("opening and closing", () => {
  test("two handles share one database, and the last one closes it", async () => {
    const folder = makeFolder();
    const [one, two] = [openEmbedded(folder), openEmbedded(join(folder, "."))];
    await one.pool.query("CREATE TABLE shared (n int)");
    await one.close();
    await two.pool.query("INSERT INTO shared VALUES (1)");
    await expect(one.pool.query("SELECT 1")).rejects.toThrow("after calling end on the pool");
    expect(existsSync(join(folder, "taskwright.lock"))).toBe(true);
    await two.close();
    expect(existsSync(join(folder, "taskwright.lock"))).toBe(false);
  });

  test("a folder keeps its jobs for the next open, which may race the close", async () => {
    const folder = makeFolder();
    const before = openEmbedded(folder);
    await createQueue("kept", before).add("job", { n: 1 });
    const closed = before.close();
    const after = openEmbedded(folder);
    const queue = openQueue("kept", after);
    closers.unshift(() => after.close());
    expect((await queue.getWaiting()).map(({ data }) => data)).toEqual([{ n: 1 }]);
    await closed;
  });

  test("a handle closed unused has made no folder", async () => {
    const folder = join(makeFolder(), "never");
    await openEmbedded(folder).close();
    expect(existsSync(folder)).toBe(false);
  });

  test("a folder open in another process is refused until that process is done", async () => {
    const folder = makeFolder();
    const other = startProcess(
      folder,
      `const database = openEmbedded(folder);
       await database.ready();
       console.log("open");
       process.stdin.once("data", () => database.close().then(() => process.stdin.destroy()));`,
    );
    expect(await other.nextLine()).toBe("open");
    const database = openEmbedded(folder);
    closers.push(() => database.close());
    await expect(database.ready()).rejects.toMatchObject({
      code: "TASKWRIGHT_EMBEDDED_IN_USE",
      folder,
      pid: other.child.pid,
    });
    other.child.stdin.write("\n");
    expect(await other.exited).toEqual([0, null]);
    await database.ready();
  });

  test("a folder that PGlite cannot read is refused with its reason, and left unlocked", async () => {
    const folder = makeFolder();
    mkdirSync(join(folder, "postgres"));
    writeFileSync(join(folder, "postgres", "PG_VERSION"), "11\n");
    const database = openEmbedded(folder);
    closers.push(() => database.close());
    await expect(database.ready()).rejects.toMatchObject({ code: "TASKWRIGHT_EMBEDDED_UNUSABLE" });
    expect(existsSync(join(folder, "taskwright.lock"))).toBe(false);
  });

  test("the lock of a process that is gone does not count", async () => {
    const folder = makeFolder();
    const gone = startProcess(folder, "console.log(process.pid);");
    writeFileSync(join(folder, "taskwright.lock"), JSON.stringify({ pid: Number(await gone.nextLine()) }));
    await gone.exited;
    const database = openEmbedded(folder);
    closers.push(() => database.close());
    await database.ready();
  });

  test("a process killed while it writes loses no job that was acknowledged", async () => {
    const folder = makeFolder();
    const writer = startProcess(
      folder,
      `const queue = new Queue("kept", { connection: openEmbedded(folder).pool }, createPostgresBackend);
       for (let n = 1; ; n += 1) {
         await queue.add("job", { n });
         console.log(n);
       }`,
    );
    let acknowledged = 0;
    while (acknowledged < 200) acknowledged = Number(await writer.nextLine());
    writer.child.kill("SIGKILL");
    await writer.exited;

    const database = openEmbedded(folder);
    const queue = openQueue("kept", database);
    closers.unshift(() => database.close());
    const kept = new Set((await queue.getWaiting()).map(({ data }) => data.n));
    for (let n = 1; n <= acknowledged; n += 1) expect(kept).toContain(n);
  });

  test("without PGlite the error says what to install", async () => {
    const hide = `export function resolve(name, context, next) {
      if (name === "@electric-sql/pglite") throw Object.assign(new Error("hidden"), { code: "ERR_MODULE_NOT_FOUND" });
      return next(name, context);
    }`;
    const register = `import { register } from "node:module"; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hide)}`)});`;
    const { nextLine } = startProcess(
      makeFolder(),
      "await openEmbedded(folder).ready().catch(({ code, message }) => console.log(code, message));",
      "--import",
      `data:text/javascript,${encodeURIComponent(register)}`,
    );
    expect(await nextLine()).toMatch(/^TASKWRIGHT_EMBEDDED_MISSING .*npm install @electric-sql\/pglite/);
  });
});
