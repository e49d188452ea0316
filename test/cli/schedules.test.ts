import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, inject, onTestFinished, test } from "vitest";
import { openQueue } from "../../runtime/store/queue.js";
import { openStore } from "../../runtime/store/store.js";
import { silentLogger } from "../support/project.js";
import { runCli } from "./run-cli.js";

const package_ = join(import.meta.dirname, "../..");

/** A project of its own workflow and queue, compiled from the tasks that are given, and its schedules in Redis. */
async function openProject() {
  const id = randomUUID().slice(0, 8);
  const root = mkdtempSync(join(tmpdir(), "taskwright-schedules-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, "node_modules"));
  symlinkSync(package_, join(root, "node_modules/taskwright"));
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
  const store = await openStore(inject("redisUrl"), "producer", silentLogger());
  onTestFinished(() => store.close());
  return {
    id,
    queue: openQueue(store, `cli-${id}`, silentLogger()),
    async compile(tasks: string) {
      const file = join(root, `workflows/w-${id}.yaml`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `defaults: { queue: cli-${id} }\nqueues: { cli-${id}: {} }\ntasks:\n${tasks}`);
      expect(await runCli(root, ["codegen"])).toMatchObject({ code: 0 });
    },
    async run(args: readonly string[], url: string | undefined = inject("redisUrl"), env: NodeJS.ProcessEnv = {}) {
      const { code, stdout, stderr } = await runCli(root, ["schedules", ...args], { REDIS_URL: url, ...env });
      return { code, stdout: stdout.replaceAll(`-${id}`, ""), stderr: stderr.replaceAll(`-${id}`, "") };
    },
  };
}

const hourly =
  '  report: { cron: "0 * * * *" }\n  digest: { cron: "0 6 * * *", timezone: Africa/Lagos, missed: skip }\n';
const changed = '  report: { cron: "30 * * * *" }\n  digest:\n';

test("a cron that is edited, or removed, is a difference, is written at once, and then is none", async () => {
  const { compile, run, queue, id } = await openProject();
  await compile(hourly);
  expect(await run(["diff"])).toEqual({
    code: 1,
    stdout: "w:digest: is not in the store: At 06:00, Africa/Lagos\nw:report: is not in the store: Every hour, UTC\n",
    stderr: "2 schedules not as declared. Run `taskwright schedules sync`, or start a worker of this version.\n",
  });
  expect(await run(["sync"])).toEqual({
    code: 0,
    stdout: "created  w:report\ncreated  w:digest\n✓ Schedules are as declared: 2 schedules written.\n",
    stderr: "",
  });
  expect(await run(["diff"])).toEqual({ code: 0, stdout: "✓ 2 schedules are as declared.\n", stderr: "" });

  const [due] = (await queue.getDelayed()).filter(({ name }) => name === `w-${id}:digest`);
  await due?.promote();
  await compile(changed);
  expect(await run(["diff"])).toMatchObject({
    code: 1,
    stdout:
      'w:digest: is in the store and no longer declared\nw:report: cron is "0 * * * *" in the store and declared as "30 * * * *"\n',
  });
  expect(await run(["sync", "--remove-waiting"])).toMatchObject({
    code: 0,
    stdout:
      'removed  w:digest  with 1 waiting run\nchanged  w:report  cron: "0 * * * *" → "30 * * * *"\n✓ Schedules are as declared: 2 schedules written.\n',
  });
  expect((await queue.getJobSchedulers(0, -1)).map(({ pattern }) => pattern)).toEqual(["30 * * * *"]);
  expect(await queue.getJobCounts("prioritized", "waiting", "delayed")).toEqual({
    prioritized: 0,
    waiting: 0,
    delayed: 1,
  });
}, 180_000);

test("an older version is refused while a newer one holds, and written by force", async () => {
  const { compile, run } = await openProject();
  await compile(hourly);
  await run(["sync"]);
  await compile(changed);
  await run(["sync"]);
  await compile(hourly);
  expect(await run(["sync"])).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("nothing was written. A newer version of the project holds"),
  });
  const { stdout } = await run(["sync", "--force", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ kind: "asDeclared", changes: [{ kind: "changed" }, { kind: "created" }] });
}, 180_000);

test("every schedule is listed in words, with its next runs on its own clock and the reader's", async () => {
  const { compile, run, queue } = await openProject();
  await compile(hourly);
  await run(["sync"]);
  await queue.upsertJobScheduler("theirs", { every: 90_000 }, { name: "ping" });
  const { stdout } = await run(["ls"], undefined, { TZ: "Asia/Tokyo", REDIS_URL: inject("redisUrl") });
  const clock = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC";
  expect(stdout).toMatch(
    new RegExp(
      `^ping  foreign
    Every 1m30s, UTC; queue cli
    not this project's: theirs
    next  ${clock}\\+00:00 = ${clock}\\+09:00 here
`,
      "m",
    ),
  );
  expect(stdout).toMatch(
    new RegExp(
      `^w:digest  as declared
    At 06:00 \\(0 6 \\* \\* \\*\\), Africa/Lagos; missed: skip; queue cli
    next  ${clock.replace("\\d\\d:\\d\\d:\\d\\d", "06:00:00")}\\+01:00 = ${clock.replace("\\d\\d:\\d\\d:\\d\\d", "14:00:00")}\\+09:00 here
`,
      "m",
    ),
  );
  const listed = JSON.parse((await run(["ls", "--json"])).stdout);
  expect(listed).toMatchObject({
    newerLives: false,
    schedules: [
      {
        task: "w:digest",
        state: "asDeclared",
        words: "At 06:00",
        missed: "skip",
        lagMs: 0,
        nextRuns: expect.objectContaining({ length: 3 }),
      },
      {
        task: "w:report",
        state: "asDeclared",
        words: "Every hour",
        overlap: "allow",
        nextRuns: expect.objectContaining({ length: 3 }),
      },
      { task: "ping", state: "foreign", everyMs: 90_000, words: "Every 1m30s" },
    ],
  });
}, 180_000);

test("without a Redis it says so: which to ask is a matter of usage, and one that is away of its own", async () => {
  const { compile, run } = await openProject();
  await compile(hourly);
  expect(await run(["ls", "--connection", "embedded:"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("say where the jobs are"),
  });
  expect(await run(["sync", "--connection", "redis://127.0.0.1:1"])).toMatchObject({ code: 3, stdout: "" });
}, 180_000);

test("what is sensitive in a payload is hidden, and another maker's name moves no cursor", async () => {
  const { compile, run, queue } = await openProject();
  const withToken = (token: string) => `  report:
    payload: { type: object, required: [token], properties: { token: { type: string, x-sensitive: true } } }
    schedules: { daily: { cron: "0 6 * * *", payload: { token: ${token} } } }
`;
  await compile(withToken("secret-1"));
  await run(["sync"]);
  await compile(withToken("secret-2"));
  await queue.upsertJobScheduler("\u001b[2J", { every: 90_000 }, { name: "\u001b[2Jping", data: { pin: "secret-3" } });
  const shown = await Promise.all([run(["ls"]), run(["ls", "--json"]), run(["diff"]), run(["diff", "--json"])]);
  shown.push(await run(["sync"]));
  for (const { stdout, stderr } of shown) {
    expect(stdout + stderr).not.toContain("secret-");
    expect(stdout + stderr).not.toContain("\u001b[2J");
  }
  expect(shown.at(2)?.stdout).toContain("payload is");
}, 180_000);

test("the schedules of an embedded store in a folder are written and listed too", async () => {
  const { compile, run } = await openProject();
  await compile(hourly);
  const there = ["--connection", "embedded:./data"];
  expect(await run(["sync", ...there])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("2 schedules written"),
  });
  expect(await run(["diff", ...there])).toMatchObject({ code: 0, stdout: "✓ 2 schedules are as declared.\n" });
}, 180_000);
