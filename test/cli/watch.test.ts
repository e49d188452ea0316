import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import { isHalfSaved } from "../../cli/half-saved.js";
import { type Round, watchProject } from "../../cli/watch-project.js";
import { writeManyTasks } from "../bench/many-tasks.js";
import { runCli, startCli } from "./run-cli.js";

let project = "";
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "taskwright-watch-"));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}

function get(path: string): string {
  return readFileSync(join(project, path), "utf8");
}

it("writes at every change, shows faults, and takes them back", async () => {
  put("workflows/savings.yaml", "tasks:\n  remind: { retries: 1 }\n");
  const watching = startCli(project, ["codegen", "--watch"]);
  await watching.next(/^stub written {2}workflows\/savings\/remind\.ts$/);
  await watching.next(/^Watching workflows\/\. Ctrl-C ends it\.$/);

  put("workflows/savings.yaml", "tasks:\n  remind: { retries: 2 }\n");
  await watching.next(/^✓ 1 task: \d files? changed\. \d+ ms$/);
  expect(get("generated/savings.definitions.ts")).toContain("retries: 2");

  put("workflows/savings.yaml", "tasks:\n  remind: { retris: 3 }\n");
  await watching.next(/^workflows\/savings\.yaml:2:13 unknown-key: `retris` is not a task setting\./);
  await watching.next(/^1 error\. Nothing was written\.$/);
  expect(get("generated/savings.definitions.ts")).toContain("retries: 2");

  put("workflows/savings.yaml", "tasks:\n  remind: { retries: 2 }\n");
  await watching.next(/^✓ 1 task: nothing to do\. \d+ ms$/);

  const handler = get("workflows/savings/remind.ts");
  put("workflows/savings/remind.ts", handler.replace("const remind", "const reminder"));
  await watching.next(/missing-export: workflows\/savings\/remind\.ts must export `remind`/);
  put("workflows/savings/remind.ts", handler);
  await watching.next(/^✓ 1 task: nothing to do\. \d+ ms$/);

  put("workflows/loan.yaml", "tasks:\n  collect:\n");
  await watching.next(/^✓ 2 tasks: \d files changed\. \d+ ms$/);
  expect(get("workflows/loan/collect.ts")).toContain("CollectHandler");
  rmSync(join(project, "workflows/loan"), { recursive: true });
  rmSync(join(project, "workflows/loan.yaml"));
  await watching.next(/^✓ 1 task: \d files changed\. \d+ ms$/);
  expect(() => get("generated/loan.ts")).toThrow("ENOENT");

  expect(await watching.end("SIGINT")).toEqual({ code: null, signal: "SIGINT" });
}, 60_000);

it("takes a save and the formatter's right after it", async () => {
  put("workflows/savings.yaml", "tasks:\n  remind: { retries: 1 }\n");
  const watching = startCli(project, ["codegen", "--watch"]);
  await watching.next(/^Watching/);
  for (let retries = 10; retries < 40; retries += 1) {
    put("workflows/savings.yaml", `tasks:\n  remind: { retries:   ${retries} }\n`);
    put("workflows/savings.yaml", `tasks:\n  remind: { retries: ${retries + 100} }\n`);
    while (!get("generated/savings.definitions.ts").includes(`retries: ${retries + 100}`))
      // More than three, if it looked while the file was empty.
      await watching.next(/^✓ 1 task: \d files/);
  }
  await watching.end("SIGINT");
}, 60_000);

it.each([
  ["empties", "workflows/savings.yaml", (path: string) => truncateSync(path)],
  ["moves away", "workflows/savings.yaml", (path: string) => renameSync(path, `${path}~`)],
  ["empties", "workflows/savings/remind.ts", (path: string) => truncateSync(path)],
])("keeps what is generated while a program %s %s before it saves it", async (_title, path, takeAway) => {
  put("workflows/savings.yaml", "tasks:\n  remind: { retries: 1 }\n");
  put("workflows/loan.yaml", "tasks:\n  collect:\n");
  const patient = await watchFor(600_000, "generated");
  const hasty = await watchFor(0, "elsewhere");
  const text = get(path);
  const seen = hasty.next();
  takeAway(join(project, path));
  await seen;
  const saved = patient.next();
  put(path, `${text}\n`);
  await saved;
  expect(patient.rounds.map(({ kind }) => kind)).not.toContain("refused");
  expect(patient.rounds.flatMap((round) => (round.kind === "compiled" ? round.changes : []))).not.toContainEqual(
    expect.objectContaining({ kind: "remove" }),
  );
});

it("goes on when the folder was away, for a moment or for long", async () => {
  put("workflows/savings.yaml", "tasks:\n  remind: { retries: 1 }\n");
  const watching = startCli(project, ["codegen", "--watch"]);
  await watching.next(/^Watching/);
  const [folder, aside] = [join(project, "workflows"), join(project, "aside")];
  renameSync(folder, aside);
  renameSync(aside, folder);
  put("workflows/savings.yaml", "tasks:\n  remind: { retries: 12 }\n");
  await watching.next(/^✓ 1 task: \d files? changed\. \d+ ms$/);

  renameSync(folder, aside);
  await watching.next(/^taskwright: There is no folder workflows\/ here\./);
  expect(get("generated/savings.definitions.ts")).toContain("retries: 12");
  renameSync(aside, folder);
  await watching.next(/^✓ 1 task: nothing to do\. \d+ ms$/);
  put("workflows/savings.yaml", "tasks:\n  remind: { retries: 13 }\n");
  await watching.next(/^✓ 1 task: \d files? changed\. \d+ ms$/);
  expect(get("generated/savings.definitions.ts")).toContain("retries: 13");
  expect(await watching.end("SIGINT")).toEqual({ code: null, signal: "SIGINT" });
}, 60_000);

it.each([
  ["empty", [["workflows/a.yaml", ""]], true],
  ["gone", [], true],
  ["as it was", [["workflows/a.yaml", "tasks:"]], false],
] as const)("judges a file half saved by what was read: %s", (_title, read, isHalf) => {
  put("workflows/a.yaml", "tasks:");
  const files = read.map(([path, text]) => ({ path, text }));
  expect(isHalfSaved(project, ["workflows/a.yaml"], files)).toBe(isHalf);
});

it("compiles one file of a hundred anew, not all of them", async () => {
  writeManyTasks(project, 100, 10);
  const watching = startCli(project, ["codegen", "--watch"]);
  const first = await watching.next(/^✓ 1000 tasks: \d+ files changed\. \d+ ms$/);
  await watching.next(/^Watching/);
  put("workflows/flow_7.yaml", get("workflows/flow_7.yaml").replace(/retries: \d+/, "retries: 77"));
  const second = await watching.next(/^✓ 1000 tasks: \d+ files changed\. \d+ ms$/);
  expect(get("generated/flow-7.definitions.ts")).toContain("retries: 77");
  expect(msOf(second) * 4).toBeLessThan(msOf(first));
  await watching.end("SIGINT");
}, 120_000);

it.each([
  ["to check as well", ["--check"], 2, "option '--watch' cannot be used with option '--check'"],
  ["to watch nothing", [], 1, "taskwright: There is no folder workflows/ here."],
])("cannot be asked %s", async (_title, args, code, message) => {
  const ended = await runCli(project, ["codegen", "--watch", ...args]);
  expect(ended.stderr).toContain(message);
  expect(ended.code).toBe(code);
});

/** A watcher in this process. */
async function watchFor(patienceMs: number, out: string) {
  const rounds: Round[] = [];
  let onRound: () => void = () => undefined;
  const tell = (round: Round) => {
    rounds.push(round);
    onRound();
  };
  const watcher = await watchProject({ root: project, workflows: "workflows", out, strict: false }, tell, patienceMs);
  onTestFinished(() => watcher.close());
  return {
    rounds,
    next: () =>
      new Promise<void>((resolve) => {
        onRound = resolve;
      }),
  };
}

function msOf(line: string): number {
  return Number(/(\d+) ms$/.exec(line)?.[1]);
}
