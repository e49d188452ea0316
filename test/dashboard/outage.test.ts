import { createDashboard, serveDashboard } from "taskwright/dashboard";
import type { Manifest } from "taskwright/operate";
import { expect, onTestFinished, test } from "vitest";
import { catalog } from "../../generated/catalog.js";
import manifest from "../../generated/manifest.json" with { type: "json" };
import { silentLogger } from "../support/project.js";
import { startRedis } from "../support/redis-server.js";
import { Visitor } from "./open-dashboard.js";

const readers = ["/", "/tasks", "/jobs", "/jobs/low/1", "/dead", "/schedules", "/workers", "/audit"];
const json = { accept: "application/json" };

test("while Redis is away every page says so with 503, nothing is done, and all works again by itself", {
  timeout: 120_000,
}, async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const logger = silentLogger();
  const project = { catalog, manifest: manifest as Manifest, connection: redis.url, logger };
  const served = await serveDashboard(createDashboard({ ...project, signIn: false }), { port: 0 });
  onTestFinished(() => served.close());
  const visitor = new Visitor(served.url);
  const csrf = await visitor.csrfToken("/tasks/notification:sms");
  const board = "/board/api/queues?activeQueue=low";
  expect((await visitor.get(board, json)).status).toBe(200);
  await redis.kill();
  for (const path of readers) {
    const page = await visitor.get(path);
    expect.soft([path, page.status]).toEqual([path, 503]);
    expect.soft(await page.text(), path).toContain("Redis cannot be reached");
  }
  expect.soft((await visitor.get(board, json)).status).toBe(503);
  const pause = await visitor.postRaw("/queues/low/pause", { csrf });
  expect.soft(pause.status).toBe(503);
  const noted = { action: "pause", target: "low", outcome: "failed", detail: "TASKWRIGHT_REDIS_UNAVAILABLE" };
  const entries = logger.lines.flatMap(({ fields }) => ("audit" in fields ? [fields.audit] : []));
  expect.soft(entries).toContainEqual(expect.objectContaining(noted));

  await redis.restart();
  await expect.poll(async () => (await visitor.get("/audit")).status, { timeout: 10_000 }).toBe(200);
  expect((await visitor.get(board, json)).status).toBe(200);
  expect(await (await visitor.get("/")).text()).not.toContain("paused");
});
