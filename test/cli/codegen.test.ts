import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "./run-cli.js";

let project = "";
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "taskwright-cli-"));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}

const good = "tasks:\n  remind: { retries: 1 }\n";

describe("codegen", () => {
  it("writes, then has nothing to do, and --check agrees", async () => {
    put("workflows/savings.yaml", good);
    const first = await runCli(project, ["codegen"]);
    expect(first.stdout).toContain("stub written  workflows/savings/remind.ts");
    expect(first.code).toBe(0);
    expect((await runCli(project, ["codegen"])).stdout).toBe("✓ 1 task: nothing to do.\n");
    expect(await runCli(project, ["codegen", "--check"])).toEqual({
      code: 0,
      stdout: "✓ Everything is up to date.\n",
      stderr: "",
    });
  });

  it("--check names what is out of date and writes nothing", async () => {
    put("workflows/savings.yaml", good);
    const checked = await runCli(project, ["codegen", "--check"]);
    expect(checked.code).toBe(1);
    expect(checked.stderr).toContain("missing             generated/savings.ts");
    expect(checked.stderr).toContain("handler missing     workflows/savings/remind.ts");
    expect(existsSync(join(project, "generated"))).toBe(false);
  });

  it("prints every fault of every file, writes nothing and exits 1", async () => {
    put("workflows/savings.yaml", "tasks:\n  remind: { retris: 1 }\n");
    put("workflows/loan.yaml", "tasks:\n  collect: { queue: slow }\n");
    mkdirSync(join(project, "workflows/folder.yaml"));
    symlinkSync("nowhere", join(project, "workflows/link.yaml"));
    const { code, stdout, stderr } = await runCli(project, ["codegen"]);
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr.match(/^workflows\/\S+ [a-z-]+/gm)).toEqual([
      "workflows/folder.yaml:1:1 unreadable-file",
      "workflows/link.yaml:1:1 unreadable-file",
      "workflows/loan.yaml:2:21 unknown-queue",
      "workflows/savings.yaml:2:13 unknown-key",
    ]);
    expect(stderr).toContain("4 errors. Nothing was written.");
    expect(existsSync(join(project, "generated"))).toBe(false);
  });

  it("keeps standard output for the program that reads --format json", async () => {
    put("workflows/savings.yaml", "tasks: { remind: { retris: 1 } }\n");
    const { code, stdout } = await runCli(project, ["codegen", "--format", "json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([{ code: "unknown-key", line: 1, column: 20 }]);
  });

  it("writes to another folder when asked", async () => {
    put("src/jobs/savings.yaml", good);
    const { code } = await runCli(project, ["codegen", "--workflows", "src/jobs", "--out", "src/generated"]);
    expect(code).toBe(0);
    expect(readFileSync(join(project, "src/jobs/savings/remind.ts"), "utf8")).toContain('"../../generated/savings.js"');
  });

  it.each([
    ["no folder", [], 1, "There is no folder workflows/ here."],
    ["a folder outside the project", ["--out", "../elsewhere"], 1, "../elsewhere is not a folder inside this project."],
    ["an option that does not exist", ["--chek"], 2, "unknown option '--chek'\n(Did you mean --check?)"],
    ["a format that does not exist", ["--format", "xml"], 2, "Allowed choices are text, json, github."],
  ])("says what is wrong with %s", async (_title, args, code, message) => {
    const ended = await runCli(project, ["codegen", ...args]);
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).not.toContain("    at ");
    expect(ended.code).toBe(code);
  });
});

describe("check", () => {
  it("checks and writes nothing", async () => {
    put("workflows/savings.yaml", good);
    expect(await runCli(project, ["check"])).toEqual({ code: 0, stdout: "✓ 1 task, no faults.\n", stderr: "" });
    expect(existsSync(join(project, "generated"))).toBe(false);
  });
});

it.each([
  [["--help"], 0, "A first task:"],
  [["codegen", "--help"], 0, "--check"],
  [["nonsense"], 2, "unknown command 'nonsense'"],
  [[], 2, "Usage: taskwright"],
] as const)("taskwright %j exits with %i", async (args, code, text) => {
  const ended = await runCli(project, args);
  expect(ended.stdout + ended.stderr).toContain(text);
  expect(ended.code).toBe(code);
});
