import { Redis } from "ioredis";
import { createDashboard, serveDashboard } from "taskwright/dashboard";
import type { Manifest } from "taskwright/operate";
import { expect, onTestFinished, test } from "vitest";
import manifest from "../../generated/manifest.json" with { type: "json" };
import { catalog, fillQueues } from "../bench/full-queues.js";
import { silentLogger } from "../support/project.js";
import { startRedis } from "../support/redis-server.js";
import { Visitor } from "./open-dashboard.js";

/** More than a page looks at, in each state: 500 for the figures of a task, 5,000 for a search. */
const counts = { dead: 700, completed: 700, delayed: 500, waiting: 5_500 };

test("with twice as many jobs a page asks Redis for no more: not one command, and no more bytes", {
  timeout: 180_000,
}, async () => {
  // Its own, for it counts whatever reaches the server.
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const admin = new Redis(redis.url);
  onTestFinished(() => admin.disconnect());
  const project = { catalog, manifest: manifest as Manifest, connection: redis.url, logger: silentLogger() };
  const dashboard = createDashboard({ ...project, signIn: false });
  const served = await serveDashboard(dashboard, { port: 0 });
  onTestFinished(() => served.close());
  const visitor = new Visitor(served.url);

  async function measure(path: string): Promise<Usage> {
    // Scripts are loaded, and connections opened, by the first.
    expect((await visitor.get(path)).status, path).toBe(200);
    const before = await readUsage(admin);
    await (await visitor.get(path)).text();
    const after = await readUsage(admin);
    return { commands: after.commands - before.commands, bytes: after.bytes - before.bytes };
  }

  const { lost, waiting } = await fillQueues(redis.url, counts);
  const paths = [
    "/",
    "/tasks",
    "/tasks/notification:sms",
    "/jobs",
    "/jobs?task=notification:sms&state=waiting",
    "/jobs?text=nobody+wrote+this",
    "/dead",
    "/dead?queue=low",
    `/jobs/critical/${lost.id}`,
    `/jobs/${waiting.queue}/${waiting.id}`,
    "/schedules",
    "/workers",
    "/audit",
    "/board/api/queues?activeQueue=critical&status=failed&page=1&jobsPerPage=10",
  ];
  const once = new Map<string, Usage>();
  for (const path of paths) once.set(path, await measure(path));
  await fillQueues(redis.url, counts);
  for (const path of paths) {
    const [few, many] = [once.get(path), await measure(path)];
    expect.soft({ path, commands: many.commands }).toEqual({ path, commands: few?.commands });
    // Ids and counts are some digits longer.
    expect.soft(many.bytes, path).toBeLessThan((few?.bytes ?? 0) * 1.05 + 100);
  }
  const found = await (await visitor.get("/jobs?text=nobody+wrote+this")).text();
  expect(found).toContain("None among the 5,000 jobs that were looked at so far.");
  const [, next = ""] = /href="(\/jobs\?[^"]+)" rel="next"/.exec(found) ?? [];
  const further = await (await visitor.get(next.replaceAll("&amp;", "&"))).text();
  expect(further).toContain("None among the 10,000 jobs that were looked at so far.");
});

interface Usage {
  readonly commands: number;
  readonly bytes: number;
}

/** Commands within scripts are counted too. */
async function readUsage(admin: Redis): Promise<Usage> {
  const text = await admin.info("stats");
  const number = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, "m").exec(text)?.[1]);
  return { commands: number("total_commands_processed"), bytes: number("total_net_output_bytes") };
}
