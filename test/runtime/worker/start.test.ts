import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { AlreadyClosed, createWorker } from "taskwright";
import { expect, inject, test, vi } from "vitest";
import { openOwnRedis } from "../../support/own-redis.js";
import { startProgram } from "../../support/program.js";
import { silentLogger, stores, task } from "../../support/project.js";

const catalog = (cron: string) => ({
  queues: {},
  workflows: {
    w: { tick: { ...task({ schedules: { default: { cron, timezone: "UTC" } } }), name: "w:tick", queue: "starts" } },
  },
});
const handlers = { w: { tick: () => undefined } };

test("a worker that cannot start closes what it opened and says why", async () => {
  const options = { connection: inject("redisUrl"), logger: silentLogger() };
  const worker = createWorker(catalog("no cron"), handlers, options);
  await expect(worker.run()).rejects.toThrow(/cron|Invalid|Validation/i);
  expect(options.logger.lines.at(-1)?.message).toBe("worker stopped");
});

test("a worker that is closed while its embedded store is still starting leaves nothing open", async () => {
  const options = { connection: "embedded:", logger: silentLogger() };
  const worker = createWorker(catalog("0 0 1 1 *"), handlers, options);
  const running = worker.run();
  const begun = { isReady: false, reason: "The worker has not started yet." };
  await vi.waitUntil(async () => isDeepStrictEqual(await worker.health(), begun), { interval: 0 });
  await worker.close();
  await running;
  expect(options.logger.lines.at(-1)?.message).toBe("worker stopped");
});

test("a worker that is closed before what runs jobs is loaded opens no store", async () => {
  const { url, connections } = await openOwnRedis();
  const before = await connections();
  const worker = createWorker(catalog("0 0 1 1 *"), handlers, { connection: url, logger: silentLogger() });
  const running = worker.run();
  await worker.close();
  await running;
  expect(await connections()).toBe(before);
  await expect(worker.start()).rejects.toThrow(AlreadyClosed);
});

test.each(stores)(
  "on $store a worker that is stopped at any moment of its start leaves nothing that keeps the process",
  async ({ connection }) => {
    const program = startProgram("stop-while-starting", { REDIS_URL: connection(), QUEUE: `q-${randomUUID()}` });
    await program.line(/^stopped early: [1-9]/);
    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(program.lines.filter((line) => line.includes('"level":50'))).toEqual([]);
  },
);
