import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTasks } from "../../generated/index.js";
import { silentLogger } from "../support/project.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { payout, project } from "./populated-store.js";
import { runCli } from "./run-cli.js";
import { openTerminal } from "./terminal.js";

vi.setConfig({ testTimeout: 90_000 });

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis({ args: ["--appendonly", "yes"] });
});
afterAll(() => redis.stop());

const doctor = (...args: string[]) => runCli(project, ["doctor", ...args], { REDIS_URL: redis.url });

test("doctor tells all that it looked at; warnings end with 0, an error with 1", async () => {
  const well = await doctor();
  expect(well).toMatchObject({ code: 0, stderr: "" });
  expect(well.stdout).toContain("✓ persistence        Every write goes to the append-only file.\n");
  expect(well.stdout).toMatch(/! schedules .*\n +why: .*\n +do: +.*\n/);
  expect(well.stdout).toMatch(/\n0 errors, 1 warning, \d+ fine, 0 not looked at\n$/);

  const tasks = createTasks({ connection: redis.url, logger: silentLogger() });
  await tasks.savings.processPayout.enqueue(payout("PAY-9009"));
  await tasks.close();
  const ill = await doctor("workers", "eviction", "--json");
  expect(ill.code).toBe(1);
  expect(JSON.parse(ill.stdout)).toMatchObject({
    ...{ errors: 1, warnings: 0, ok: 1, skipped: 0 },
    findings: [
      { check: "eviction", level: "ok" },
      { check: "workers", level: "error", found: "1 job to run in critical, and no worker is there." },
    ],
  });
});

test("on a terminal its sentences are broken between words, under their check", async () => {
  const { output, code } = await openTerminal(project, ["doctor", "schedules"], { REDIS_URL: redis.url }).ended;
  expect(code).toBe(0);
  const lines = output.split("\r\n");
  expect(lines.every((line) => line.length <= 100)).toBe(true);
  expect(lines.filter((line) => /^ {21}\S/.test(line)).length).toBeGreaterThanOrEqual(2);
});

test("on an embedded store it says what does not apply there, and looks at all the rest", async () => {
  const { code, stdout } = await doctor("--connection", "embedded:./node_modules/.cache/doctor-test", "--json");
  expect(code).toBe(0);
  const { findings } = JSON.parse(stdout) as { findings: { check: string; level: string; found: string }[] };
  const skipped = findings.filter(({ level }) => level === "skipped");
  expect(skipped.map(({ found }) => found).join()).not.toContain("could not be looked at");
  expect(skipped.map(({ check }) => check)).toEqual(
    "redis-version writable cluster eviction persistence memory clients clock slow-commands prefix workers".split(" "),
  );
});

test.each<[readonly string[], number, RegExp]>([
  [["persistance"], 2, /there is no check persistance\. Did you mean persistence\?/],
  [["--connection", "redis://127.0.0.1:1"], 3, /Redis cannot be used/],
  [["--connection", "embedded:"], 2, /say where the jobs are/],
])("doctor %j ends with %i and the way out", async (args, code, message) => {
  expect(await doctor(...args)).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(message) });
});
