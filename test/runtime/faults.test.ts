import { once } from "node:events";
import { Redis } from "ioredis";
import { RedisUnavailable, type TaskDefinition } from "taskwright";
import { describe, expect, onTestFinished, test } from "vitest";
import { openNetwork } from "../support/network.js";
import { deferred, openProject, silentLogger, task, validatorOf } from "../support/project.js";
import { durable, type RedisServer, startRedis } from "../support/redis-server.js";
import { turns } from "../support/turns.js";

interface Numbered {
  n: number;
}
const work = task<Numbered>({ payload: validatorOf({ type: "object" }), timeoutMs: 60_000 });

async function ownRedis(args: readonly string[] = []): Promise<RedisServer> {
  const server = await startRedis({ args });
  onTestFinished(() => server.stop());
  return server;
}

type Project = Awaited<ReturnType<typeof openNumbered>>;
function openNumbered(url: string) {
  return openProject(url, { work });
}

/** As a caller does it who must be sure: with an id, until it is accepted. */
async function enqueueSurely(project: Project, n: number): Promise<void> {
  for (;;) {
    try {
      await project.tasks.work.enqueue({ n }, { id: `job-${n}` });
      return;
    } catch (error) {
      expect(error).toBeInstanceOf(RedisUnavailable);
    }
  }
}

/** Whether a job ran again after its success was recorded: none may. */
function runAfterSuccess({ events }: Awaited<ReturnType<Project["work"]>>["seen"]): string[] {
  const endedAt = new Map(events.onSuccess.map(({ jobId, startedAt, durationMs }) => [jobId, startedAt + durationMs]));
  return events.onStart
    .filter((run) => run.startedAt > (endedAt.get(run.jobId) ?? Number.POSITIVE_INFINITY))
    .map(({ jobId }) => jobId);
}

test.each<[string, (at: number, server: RedisServer) => Promise<void> | undefined]>([
  ["before it is fetched", (at, server) => (at === 0 ? server.restart() : undefined)],
  ["while its handler runs", (at, server) => (at === 1 ? server.restart() : undefined)],
  // Not awaited: the outcome is recorded as Redis dies.
  ["while its outcome is recorded", (at, server) => (at === 2 ? void server.restart() : undefined)],
  ["while it waits for its retry", (at, server) => (at === 3 ? server.restart() : undefined)],
])("a Redis that dies and comes back with its log %s loses no job and does it once", async (_, strike) => {
  const server = await ownRedis(durable);
  const backoff = { type: "fixed", delayMs: 700, maxMs: 700, jitter: 0 } as const;
  const project = await openProject(server.url, { work: task({ retries: 1, backoff }) });
  const { id } = await project.tasks.work.enqueue();
  await strike(0, server);
  const { seen } = await project.work({
    work: async (_, job) => {
      if (job.attempt === 1) throw new Error("once more");
      await strike(1, server);
      strike(2, server);
    },
  });
  await seen.until("onFailure");
  await strike(3, server);
  const [ended] = await seen.until("onSuccess");
  expect(ended).toMatchObject({ jobId: id, attempt: 2 });
  expect(seen.events.onStart).toHaveLength(2);
  expect(await project.tasks.work.get(id)).toMatchObject({ state: "completed", attempts: 2 });
});

test("a delayed job outlives a Redis that dies, and a worker that idles meanwhile takes it", async () => {
  const server = await ownRedis(durable);
  const project = await openNumbered(server.url);
  const { seen } = await project.work({ work: () => undefined });
  const { id } = await project.tasks.work.enqueue({ n: 1 }, { delay: "1s" });
  await server.restart();
  expect((await seen.until("onSuccess"))[0]).toMatchObject({ jobId: id });
});

test("waitFor outlives a Redis that dies", async () => {
  const server = await ownRedis(durable);
  const project = await openProject(server.url, {
    work: task<undefined, string>({ result: validatorOf({ type: "string" }) }),
  });
  const job = await project.tasks.work.enqueue();
  const waiting = project.tasks.work.waitFor(job, { timeout: "25s" });
  waiting.catch(() => undefined);
  await expect(project.tasks.work.waitFor("nobody", { timeout: "5s" })).rejects.toThrow("no job nobody");
  await server.restart();
  await project.work({ work: () => "done" });
  expect(await waiting).toBe("done");
});

test.each<[string, (server: RedisServer, reset: () => void) => Promise<void>]>([
  ["a Redis that dies and comes back with its log", (server) => server.restart()],
  ["a network that breaks every connection", async (_, reset) => reset()],
])("%s, at any moment: every job that was accepted ends, and none runs after it has ended", async (_, strike) => {
  const server = await ownRedis(durable);
  const network = await openNetwork(server.port);
  const project = await openNumbered(network.url);
  const total = 240;
  const strikeAt = new Set([20, 61, 103, 150, 201]);
  let starts = 0;
  const struck: Promise<void>[] = [];
  const times = { concurrency: 5, lockDuration: 1_000, stalledInterval: 500, maxCrashes: 20 };
  const { seen } = await project.work(
    {
      work: async ({ n }) => {
        starts += 1;
        if (strikeAt.delete(starts)) struck.push(strike(server, network.reset));
        await turns(n % 7);
      },
    },
    times,
  );
  for (let n = 0; n < total; n += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, each) => enqueueSurely(project, n + each)));
  }
  await Promise.all(struck);
  // Not by the hooks: of a success whose record was answered on a broken connection they are not told.
  await expect
    .poll(() => project.counts(), { timeout: 20_000 })
    .toMatchObject({ waiting: 0, active: 0, delayed: 0, completed: total, failed: 0 });
  expect(strikeAt.size).toBe(0);
  expect(runAfterSuccess(seen)).toEqual([]);
  expect(seen.events.onStart.length).toBeLessThanOrEqual(total + 5 * 5);
});

test("a connection that breaks before the answer adds no job twice, and the caller is told", async () => {
  const server = await ownRedis();
  const network = await openNetwork(server.port);
  const project = await openNumbered(network.url);
  await project.tasks.work.enqueue({ n: 1 });
  network.loseAnswerTo('{"n":2}');
  await expect(project.tasks.work.enqueue({ n: 2 })).rejects.toBeInstanceOf(RedisUnavailable);
  network.loseAnswerTo('{"n":3}');
  await expect(project.tasks.work.enqueue({ n: 3 }, { id: "three" })).rejects.toBeInstanceOf(RedisUnavailable);
  expect(await project.tasks.work.enqueue({ n: 3 }, { id: "three" })).toMatchObject({ deduplicated: true });
  const direct = await openProject(server.url, { work }, { queue: project.queue });
  const stored = await direct.queues.jobs("waiting");
  expect(stored.map(({ payload }) => (payload as Numbered).n).sort()).toEqual([1, 2, 3]);
});

test("a worker whose connections have gone silent gives them up, and loses neither what runs nor what comes", async () => {
  const server = await ownRedis();
  const network = await openNetwork(server.port);
  const project = await openNumbered(network.url);
  const direct = await openProject(server.url, { work }, { queue: project.queue });
  const release = deferred();
  const { seen } = await project.work(
    {
      work: async ({ n }, job) => {
        if (n === 1) await release.promise;
        if (n === 2) await new Promise((_, reject) => job.signal.addEventListener("abort", () => reject(new Error())));
      },
    },
    { concurrency: 3 },
  );
  await project.tasks.work.enqueueMany([{ payload: { n: 1 } }, { payload: { n: 2 } }]);
  const [one, two] = await seen.until("onStart", 2);
  network.goSilent();
  release.resolve();
  const three = await direct.tasks.work.enqueue({ n: 3 });
  expect(await direct.tasks.work.cancel(two?.jobId ?? "")).toBe("cancelling");
  await seen.until("onCancelled");
  await seen.until("onSuccess", 2);
  expect(seen.events.onSuccess.map(({ jobId }) => jobId).sort()).toEqual([one?.jobId, three.id].sort());
  expect(seen.events.onStart).toHaveLength(3);
  // The client of the project was silenced too.
  await enqueueSurely(project, 4);
  await seen.until("onSuccess", 3);
}, 60_000);

test.each<[string, RegExp, (admin: Redis) => Promise<unknown>, (admin: Redis) => Promise<unknown>]>([
  [
    "is out of memory",
    /OOM/,
    (admin) => admin.config("SET", "maxmemory", "1mb"),
    (admin) => admin.config("SET", "maxmemory", "0"),
  ],
  [
    "has become a replica",
    /READONLY/,
    (admin) => admin.replicaof("127.0.0.1", 1),
    (admin) => admin.replicaof("NO", "ONE"),
  ],
])(
  "a Redis that %s refuses jobs with a clear error, and loses neither what runs nor what waits",
  async (_, said, begin, end) => {
    const server = await ownRedis();
    const admin = new Redis(server.url);
    onTestFinished(() => admin.disconnect());
    const project = await openProject(server.url, { work: task({ retries: 0 }) });
    const release = deferred();
    const logger = silentLogger();
    const { seen } = await project.work({ work: () => release.promise }, { concurrency: 2, logger });
    await project.tasks.work.enqueueMany([{}, {}, {}]);
    await seen.until("onStart", 2);
    await begin(admin);
    const refused = await project.tasks.work.enqueue().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RedisUnavailable);
    expect((refused as Error).message).toMatch(said);
    await expect(project.tasks.work.enqueueMany([{}, {}])).rejects.toBeInstanceOf(RedisUnavailable);
    await expect(project.tasks.work.enqueue(undefined, { id: "own" })).rejects.toBeInstanceOf(RedisUnavailable);
    release.resolve();
    await untilRefused(logger);
    await end(admin);
    await seen.until("onSuccess", 3);
    expect(seen.events.onStart).toHaveLength(3);
    expect(seen.events.onFailure).toEqual([]);
    const again = () =>
      project.tasks.work.enqueue().then(
        ({ deduplicated }) => deduplicated,
        (error) => error,
      );
    await expect.poll(again, { timeout: 10_000 }).toBe(false);
    await seen.until("onSuccess", 4);
    expect([...logger.lines, ...project.logger.lines].filter(({ level }) => level === "error")).toEqual([]);
  },
);

describe("a Redis that refuses to write while a job runs", () => {
  // Its only slot is taken: nothing but the move of its job is refused.
  async function openRefusing<T extends TaskDefinition<undefined>>(definition: T) {
    const server = await ownRedis();
    const admin = new Redis(server.url);
    onTestFinished(() => admin.disconnect());
    return {
      project: await openProject(server.url, { work: definition }),
      options: { concurrency: 1, logger: silentLogger() },
      refuse: () => admin.replicaof("127.0.0.1", 1),
      allow: () => admin.replicaof("NO", "ONE"),
    };
  }

  test.each([
    ["after a delay", 700],
    ["at once", 0],
  ])("records a failed attempt later, which is then tried again %s", async (_, delayMs) => {
    const backoff = { type: "fixed", delayMs, maxMs: 700, jitter: 0 } as const;
    const { project, options, refuse, allow } = await openRefusing(task({ retries: 1, backoff }));
    const { seen } = await project.work(
      {
        work: async (_, { attempt }) => {
          if (attempt === 2) return;
          await refuse();
          throw new Error("once more");
        },
      },
      options,
    );
    const { id } = await project.tasks.work.enqueue();
    await untilRefused(options.logger);
    await allow();
    expect((await seen.until("onSuccess"))[0]).toMatchObject({ jobId: id, attempt: 2 });
    expect(seen.events.onFailure).toMatchObject([{ jobId: id, attempt: 1 }]);
    expect(options.logger.lines.filter(({ level }) => level === "error")).toEqual([]);
  });

  test("takes a job back later whose worker stops, and no attempt is used", async () => {
    const { project, options, refuse, allow } = await openRefusing(task());
    const refusing = deferred();
    const { worker } = await project.work(
      {
        work: async (_, { signal }) => {
          await refuse();
          refusing.resolve();
          await once(signal, "abort");
          throw signal.reason;
        },
      },
      options,
    );
    const { id } = await project.tasks.work.enqueue();
    await refusing.promise;
    const closed = worker.close({ graceMs: 0 });
    await untilRefused(options.logger);
    await allow();
    await closed;
    expect(await project.tasks.work.get(id)).toMatchObject({ state: "waiting", attempts: 0 });
    expect(options.logger.lines.filter(({ level }) => level === "error")).toEqual([]);
  });
});

async function untilRefused(logger: ReturnType<typeof silentLogger>): Promise<void> {
  await expect
    .poll(() => logger.lines.map(({ message }) => message), { timeout: 10_000 })
    .toContain("Redis refuses to work; trying again");
}
