import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Manifest } from "taskwright/operate";
import { expect, onTestFinished, test, vi } from "vitest";
import { ownDatabase } from "../support/own-database.js";
import { payout, project } from "./populated-store.js";
import { runCli } from "./run-cli.js";

vi.setConfig({ testTimeout: 120_000 });

const url = await ownDatabase();
const enqueue = (...args: string[]) => runCli(project, ["enqueue", ...args], { REDIS_URL: url });
const show = async (queue: string, id: string) =>
  JSON.parse((await runCli(project, ["jobs", "show", `${queue}/${id}`, "--json"], { REDIS_URL: url })).stdout);

const manifest: Manifest = JSON.parse(readFileSync(join(project, "generated/manifest.json"), "utf8"));

test("an example of a task fits its contract, and can be enqueued as it is", async () => {
  const { name, queue } = manifest.tasks.find((task) => task.payload !== undefined) ?? { name: "", queue: "" };
  const printed = await enqueue(name, "--example");
  expect(printed).toMatchObject({ code: 0, stderr: "" });
  const file = join(newFolder(), "payload.json");
  writeFileSync(file, printed.stdout);
  expect(await enqueue(name, `@${file}`, "--dry-run")).toMatchObject({
    ...{ code: 0, stdout: `Would enqueue ${name} in queue ${queue}: its payload fits. Nothing was sent.\n` },
  });
  const job = JSON.parse((await enqueue(name, `@${file}`, "--json")).stdout);
  expect(await show(queue, job.id)).toMatchObject({ task: name, payload: JSON.parse(printed.stdout) });
});

test("a task without payload says so", async () => {
  expect(await enqueue("system:cleanup_expired_otps", "--example")).toMatchObject({
    ...{ code: 0, stdout: "", stderr: expect.stringContaining("takes no payload") },
  });
});

test("all that a call can say: delay or time, priority, retries, timeout, id and headers", async () => {
  const payload = JSON.stringify(payout("PAY-7001"));
  const settings = ["--priority", "high", "--retries", "0", "--timeout", "5s", "--header", "trace=t-1", "--id", "p-1"];
  const told = await enqueue("savings:process_payout", payload, "--delay", "5m", ...settings);
  expect(told).toMatchObject({ code: 0, stdout: "Enqueued savings:process_payout as job p-1 in queue critical.\n" });
  expect(await show("critical", "p-1")).toMatchObject({
    ...{ state: "delayed", mostAttempts: 1, headers: { trace: "t-1" } },
    options: { retries: 0, delayMs: 300_000, timeoutMs: 5_000 },
  });
  const again = await enqueue("savings:process_payout", payload, "--id", "p-1");
  expect(again).toMatchObject({ code: 0, stdout: "Job p-1 was there already; nothing was added.\n" });
  const at = new Date(Date.now() + 3_600_000).toISOString();
  const timed = await enqueue("savings:process_payout", payload, "--at", at, "--dry-run");
  expect(timed.stdout).toContain(`, due at ${at.slice(0, 16).replace("T", " ")}`);
});

test("a payload may come from standard input", async () => {
  const { spawnSync } = await import("node:child_process");
  const node = ["--conditions=taskwright-source", "--import", join(project, "node_modules/tsx/dist/loader.mjs")];
  const args = [...node, "cli/main.ts", "enqueue", "savings:process_payout", "-", "--dry-run"];
  const ended = spawnSync(process.execPath, args, {
    cwd: project,
    input: JSON.stringify(payout("PAY-7002")),
    encoding: "utf8",
  });
  expect(ended).toMatchObject({ status: 0, stdout: expect.stringContaining("its payload fits") });
});

test("each field that does not fit is told, with the way to one that does", async () => {
  const wrong = JSON.stringify({ ...payout("PAY-7003"), amount: 0, round: "one" });
  expect(await enqueue("savings:process_payout", wrong)).toEqual({
    ...{ code: 1, stdout: "" },
    stderr: [
      "taskwright: the payload does not fit the contract of savings:process_payout:",
      "  /amount must be >= 1",
      "  /round must be integer",
      "One that fits: taskwright enqueue savings:process_payout --example",
      "",
    ].join("\n"),
  });
  const asJson = await enqueue("savings:process_payout", wrong, "--json");
  expect(JSON.parse(asJson.stdout)).toMatchObject({
    valid: false,
    issues: [{ pointer: "/amount" }, { pointer: "/round" }],
  });
});

test.each<[readonly string[], number, RegExp]>([
  [
    ["savings:process_pyout", "{}"],
    2,
    /there is no task savings:process_pyout\. Did you mean savings:process_payout\?/,
  ],
  [["savings:process_payout"], 2, /takes a payload: as JSON, @file or -/],
  [["system:cleanup_expired_otps", "{}"], 1, /the task takes no payload/],
  [["savings:process_payout", "{amount:1}"], 2, /the payload is not JSON/],
  [["savings:process_payout", "@nowhere.json"], 2, /nowhere\.json cannot be read/],
  [["system:cleanup_expired_otps", "--delay", "soon"], 2, /`delay` expects/],
  [["system:cleanup_expired_otps", "--delay", "5m", "--at", "2027-01-01"], 2, /cannot be used with/],
  [["system:cleanup_expired_otps", "--at", "tomorrow"], 2, /It is a time such as/],
  [["system:cleanup_expired_otps", "--priority", "urgent"], 2, /Allowed choices are high, normal, low/],
  [["system:cleanup_expired_otps", "--id", "17"], 2, /`id` expects/],
  [["system:cleanup_expired_otps", "--connection", "redis://127.0.0.1:1"], 3, /Redis cannot be used/],
])("enqueue %j ends with %i and the way out", async (args, code, message) => {
  expect(await enqueue(...args)).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(message) });
});

test("on the embedded store the job is run here and now", async () => {
  const ended = await enqueue("system:cleanup_expired_otps", "--connection", `embedded:${newFolder()}/store`);
  expect(ended.stdout).toMatch(/^Enqueued system:cleanup_expired_otps as job \S+ in queue low\.\nJob \S+ /);
});

test("no handler is loaded, unless the job is run here", async () => {
  const folder = newFolder();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(project, join(folder, "node_modules/taskwright"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  mkdirSync(join(folder, "workflows/hello"), { recursive: true });
  writeFileSync(
    join(folder, "workflows/hello.yaml"),
    "queues: { unloaded: {} }\ntasks: { wave: { queue: unloaded } }\n",
  );
  writeFileSync(
    join(folder, "workflows/hello/wave.ts"),
    'export const wave = () => undefined;\nthrow new Error("loaded");\n',
  );
  expect(await runCli(folder, ["codegen"])).toMatchObject({ code: 0 });
  const args = ["enqueue", "hello:wave", "--connection", url];
  expect(await runCli(folder, args)).toMatchObject({
    ...{ code: 0, stderr: "", stdout: expect.stringMatching(/^Enqueued hello:wave as job \S+ in queue unloaded\.\n$/) },
  });
  expect(await runCli(folder, [...args, "--run"])).toMatchObject({
    code: 1,
    stdout: "",
    stderr: "taskwright: loaded\n",
  });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "taskwright-enqueue-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
