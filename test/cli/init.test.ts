import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { runCli } from "./run-cli.js";

let project = "";
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "taskwright-init-"));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function get(path: string): string {
  return readFileSync(join(project, path), "utf8");
}

it("makes an empty folder run in one command", async () => {
  const made = await runCli(project, ["init"]);
  expect(made).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(get("package.json"))).toMatchObject({ type: "module", dependencies: { taskwright: "^0.1.0" } });
  expect(get(".gitignore")).toBe("node_modules/\ndist/\n.taskwright/\n");
  const checked = await runCli(project, ["codegen", "--check"]);
  expect(checked).toMatchObject({ code: 0, stdout: "✓ Everything is up to date.\n" });
});

it.each([
  ["that npm init has made", '{ "name": "shop", "type": "commonjs" }'],
  ["that says nothing of modules", '{ "name": "shop" }'],
])("leaves the code of a project alone %s, and makes modules of what it generates", async (_title, packageJson) => {
  writeFileSync(join(project, "package.json"), packageJson);
  expect(await runCli(project, ["init"])).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(get("package.json"))).toMatchObject(JSON.parse(packageJson));
  expect(["generated", "workflows"].map((folder) => get(`${folder}/package.json`))).toEqual(
    Array(2).fill('{ "type": "module" }\n'),
  );
  expect(get("tsconfig.json")).not.toContain("verbatimModuleSyntax");
});

it("says what is wrong with a package.json that cannot be read", async () => {
  writeFileSync(join(project, "package.json"), "{ name: shop }");
  const made = await runCli(project, ["init"]);
  expect(made).toMatchObject({ code: 1, stdout: "" });
  expect(made.stderr).toMatch(/^taskwright: package\.json is not valid JSON: .* Mend it first\.$/m);
});

it("keeps whatever is there, and adds to package.json only what it lacks", async () => {
  const mine = {
    name: "mine",
    type: "module",
    scripts: { codegen: "my own" },
    dependencies: { taskwright: "file:../x" },
  };
  writeFileSync(join(project, "package.json"), `${JSON.stringify(mine, null, 4)}\n`);
  writeFileSync(join(project, "tsconfig.json"), "{}");
  writeFileSync(join(project, ".gitignore"), "/node_modules\n.env");
  const made = await runCli(project, ["init"]);
  expect(made.stdout).toContain("kept          tsconfig.json");
  expect(get("tsconfig.json")).toBe("{}");
  expect(get("package.json")).toMatch(/^ {4}"name": "mine"/m);
  expect(JSON.parse(get("package.json"))).toMatchObject({
    name: "mine",
    scripts: { codegen: "my own", worker: "taskwright worker" },
    dependencies: { taskwright: "file:../x" },
  });
  expect(get(".gitignore")).toBe("/node_modules\n.env\ndist/\n.taskwright/\n");
  const again = get("package.json");
  expect((await runCli(project, ["init"])).stdout).toContain("kept          .gitignore");
  expect(get("package.json")).toBe(again);
});

it("explains a code", async () => {
  const explained = await runCli(project, ["explain", "unknown-queue"]);
  expect(explained.stdout).toContain("Wrong:\n    queues:");
});

it.each([
  ["unknown-queu", "Did you mean unknown-queue?"],
  ["cron", "Did you mean unquoted-cron or invalid-cron or cron-and-schedules?"],
  ["E0042", "`taskwright explain` lists them all."],
])("says what was meant by the unknown code %s", async (code, wayOut) => {
  expect(await runCli(project, ["explain", code])).toMatchObject({
    code: 2,
    stderr: `taskwright: there is no code ${code}. ${wayOut}\n`,
  });
});
