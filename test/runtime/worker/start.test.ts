import { createWorker } from "taskwright";
import { expect, inject, test } from "vitest";
import { silentLogger, task } from "../../support/project.js";

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
  await worker.close();
  await running;
  expect(options.logger.lines.at(-1)?.message).toBe("worker stopped");
});
