import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
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

function get(path: string): string {
  return readFileSync(join(project, path), "utf8");
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

  it.each([
    ["json", (stdout: string) => JSON.parse(stdout)],
    [
      "github",
      (stdout: string) =>
        stdout
          .trim()
          .split("\n")
          .map((line) => ({ file: /file=([^,]+)/.exec(line)?.[1], code: /title=([^:]+)::/.exec(line)?.[1] })),
    ],
  ])("--check --format %s names each of them as a fault", async (format, read) => {
    put("workflows/savings.yaml", good);
    const { code, stdout, stderr } = await runCli(project, ["codegen", "--check", "--format", format]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(read(stdout)).toContainEqual(expect.objectContaining({ file: "generated/savings.ts", code: "out-of-date" }));
    expect(read(stdout)).toContainEqual(
      expect.objectContaining({ file: "workflows/savings/remind.ts", code: "out-of-date" }),
    );
  });

  it.each([
    ["the repository's top, in a project inside of it", "", "packages/jobs/workflows/savings.yaml"],
    ["another folder, outside of the project", "packages/mails", "workflows/savings.yaml"],
    ["a folder that is not there", "gone", "workflows/savings.yaml"],
  ])("--format github, where GITHUB_WORKSPACE is %s", async (_title, workspace, file) => {
    put("packages/jobs/workflows/savings.yaml", "tasks:\n  remind: { retris: 1 }\n");
    put("packages/mails/README.md", "");
    const env = { GITHUB_WORKSPACE: join(project, workspace) };
    const { stdout } = await runCli(join(project, "packages/jobs"), ["check", "--format", "github"], env);
    expect(stdout).toMatch(`::error file=${file},line=2,`);
  });

  it("tells of the handlers that a renamed workflow has left behind, and leaves them there", async () => {
    put("workflows/saving.yaml", good);
    await runCli(project, ["codegen"]);
    put("workflows/saving/remind.ts", get("workflows/saving/remind.ts").replace("= stub", "= async () => {}"));
    const mine = get("workflows/saving/remind.ts");
    renameSync(join(project, "workflows/saving.yaml"), join(project, "workflows/savings.yaml"));
    const { code, stderr } = await runCli(project, ["codegen"]);
    expect(code).toBe(0);
    expect(stderr).toContain("git mv -f workflows/saving/remind.ts workflows/savings/remind.ts");
    expect(get("workflows/saving/remind.ts")).toBe(mine);
  });

  it("prints every fault of every file, writes nothing and exits 1", async () => {
    put("workflows/savings.yaml", "tasks:\n  remind: { retris: 1 }\n");
    put("workflows/loan.yaml", "tasks:\n  collect: { timeout: 30 }\n");
    mkdirSync(join(project, "workflows/folder.yaml"));
    symlinkSync("nowhere", join(project, "workflows/link.yaml"));
    const { code, stdout, stderr } = await runCli(project, ["codegen"]);
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr.match(/^workflows\/\S+ [a-z-]+/gm)).toEqual([
      "workflows/folder.yaml:1:1 unreadable-file",
      "workflows/link.yaml:1:1 unreadable-file",
      "workflows/loan.yaml:2:23 wrong-type",
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
    ["a folder outside the project", ["--out", "../elsewhere"], 2, "../elsewhere is not a folder inside this project."],
    ["one folder for both", ["--out", "workflows/"], 2, "workflows/ holds the workflow files: what is generated needs"],
    ["an option that does not exist", ["--chek"], 2, "unknown option '--chek'\n(Did you mean --check?)"],
    ["a format that does not exist", ["--format", "xml"], 2, "Allowed choices are text, json, github."],
  ])("says what is wrong with %s", async (_title, args, code, message) => {
    const ended = await runCli(project, ["codegen", ...args]);
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).not.toContain("    at ");
    expect(ended.code).toBe(code);
  });
});

describe("codegen on an unlucky disk", () => {
  it("leaves one whole result when several run at once", async () => {
    put("workflows/savings.yaml", good);
    const ends = await Promise.all(Array.from({ length: 4 }, () => runCli(project, ["codegen"])));
    expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual(ends.map(() => [0, ""]));
    expect(readdirSync(join(project, "generated")).filter((name) => name.startsWith("."))).toEqual([]);
    expect((await runCli(project, ["codegen", "--check"])).code).toBe(0);
  }, 60_000);

  it("ends what a killed run began, even when the workflows are at fault now", async () => {
    put("workflows/savings.yaml", "tasks: [");
    put("generated/old.ts", "old");
    put("generated/.taskwright/forward.json", '{"steps":[{"kind":"update","path":"generated/old.ts"}],"folders":[]}');
    put("generated/.taskwright/staged/0", "new");
    put("generated/.taskwright/before/0", "old");
    put("generated/.taskwright/holder", JSON.stringify({ pid: 1, startedAt: "0", host: hostname() }));
    expect((await runCli(project, ["codegen"])).code).toBe(1);
    expect(readFileSync(join(project, "generated/old.ts"), "utf8")).toBe("new");
    expect(readdirSync(join(project, "generated"))).toEqual(["old.ts"]);
  });

  it.each([
    ["a file in the place of generated/", "generated", "Cannot read generated. A file stands where a folder must be."],
    ["a file in the place of workflows/", "workflows", "Cannot read workflows. A file stands where a folder must be."],
    [
      "a file in the place of a folder of handlers",
      "workflows/savings",
      "Cannot read workflows/savings. A file stands where a folder must be.",
    ],
  ])("says in a sentence that there is %s", async (_title, path, message) => {
    if (path !== "workflows") put("workflows/savings.yaml", good);
    put(path, "no folder");
    const ended = await runCli(project, ["codegen"]);
    expect(ended).toEqual({ code: 1, stdout: "", stderr: `taskwright: ${message} Move it away.\n` });
  });

  it("says in a sentence that a folder stands where a generated file must be", async () => {
    put("workflows/savings.yaml", good);
    mkdirSync(join(project, "generated/index.ts"), { recursive: true });
    const ended = await runCli(project, ["codegen"]);
    const message = "Cannot read generated/index.ts. A folder stands where a file must be. Move it away.";
    expect(ended).toEqual({ code: 1, stdout: "", stderr: `taskwright: ${message}\n` });
    expect(readdirSync(join(project, "generated"))).toEqual(["index.ts"]);
  });
});

describe("check", () => {
  it("--verbose tells when each schedule runs next", async () => {
    put("workflows/savings.yaml", 'tasks:\n  remind: { cron: "0 9 * * 1-5", timezone: Africa/Lagos }\n');
    const { code, stdout } = await runCli(project, ["check", "--verbose"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ 1 task, no faults\.\nsavings:remind: At 09:00, Monday through Friday, Africa\/Lagos\n/);
    expect(stdout.match(/^ {4}\d{4}-\d\d-\d\d 09:00:00 UTC\+01:00$/gm)).toHaveLength(3);
  });

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
