import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "./run-cli.js";

let project = "";
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "taskwright-init-"));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}

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

describe("an existing package.json", () => {
  const complete = {
    scripts: { dev: "taskwright dev", codegen: "taskwright codegen", worker: "taskwright worker" },
    dependencies: { taskwright: "^0.1.0" },
    devDependencies: { "@electric-sql/pglite": "^0.5.16", "@types/node": "^20.0.0", typescript: "^7.0.2" },
  };

  it("keeps the order of what is there, and gets what it lacks at the end", async () => {
    const { typescript, ...devDependencies } = complete.devDependencies;
    put(
      "package.json",
      JSON.stringify({
        scripts: { test: "vitest", codegen: "my own", build: "tsc" },
        type: "module",
        dependencies: { zod: "^4.0.0", typescript: "^5.0.0" },
        name: "mine",
      }),
    );
    await runCli(project, ["init"]);
    const { dev, worker } = complete.scripts;
    const wanted = {
      scripts: { test: "vitest", codegen: "my own", build: "tsc", dev, worker },
      type: "module",
      dependencies: { zod: "^4.0.0", typescript: "^5.0.0", ...complete.dependencies },
      name: "mine",
      devDependencies,
    };
    expect(get("package.json")).toBe(JSON.stringify(wanted, null, 2));
  });

  it("keeps a byte order mark, indentation, line ends and a last line without an end", async () => {
    put("package.json", '\uFEFF{\r\n\t"type": "module"\r\n}');
    expect(await runCli(project, ["init"])).toMatchObject({ code: 0, stderr: "" });
    const wanted = JSON.stringify({ type: "module", ...complete }, null, "\t").replaceAll("\n", "\r\n");
    expect(get("package.json")).toBe(`\uFEFF${wanted}`);
  });

  it("is kept to the last byte where it lacks nothing", async () => {
    const mine = `{ "type": "module", ${JSON.stringify(complete).slice(1)}`;
    put("package.json", mine);
    expect((await runCli(project, ["init"])).stdout).toContain("kept          package.json");
    expect(get("package.json")).toBe(mine);
  });
});

describe("an existing tsconfig.json", () => {
  const nodenext = { module: "nodenext", outDir: "dist" };
  it.each([
    [
      "whose rootDir is src",
      { compilerOptions: { ...nodenext, rootDir: "src" } },
      [
        'set "rootDir" to ".": "generated" and "workflows" are outside of src/ (what tsc wrote to dist/ is then in dist/src/)',
      ],
    ],
    [
      "that includes src alone",
      { compilerOptions: nodenext, include: ["src"] },
      ['add "generated" and "workflows" to "include"'],
    ],
    [
      "that includes the handlers, and leaves out what is generated",
      { compilerOptions: nodenext, exclude: ["generated"] },
      ['let "exclude" leave out "generated" no more'],
    ],
    [
      "of several projects",
      { files: [], references: [{ path: "src" }] },
      ['one of the projects in its "references" must include "generated" and "workflows"'],
    ],
  ])("%s is kept, and its author told what to do", async (_title, tsconfig, lines) => {
    put("package.json", '{ "type": "module" }');
    put("src/main.ts", "export {};\n");
    put("tsconfig.json", `// mine\n${JSON.stringify(tsconfig)}`);
    const { code, stdout } = await runCli(project, ["init"]);
    expect(code).toBe(0);
    const told = ["To do in tsconfig.json, which is yours and was not changed:", ...lines.map((line) => `  ${line}`)];
    expect(stdout).toContain(`\n${told.join("\n")}\n\nNext:`);
    expect(get("tsconfig.json")).toBe(`// mine\n${JSON.stringify(tsconfig)}`);
  });

  it.each([
    ["takes everything in", [], { compilerOptions: nodenext }],
    ["is made by init", [], undefined],
    [
      "compiles src alone, which holds everything",
      ["--workflows", "src/workflows", "--out", "src/generated"],
      { compilerOptions: { ...nodenext, rootDir: "src" }, include: ["src"] },
    ],
  ])("that %s needs nothing", async (_title, folders, tsconfig) => {
    put("package.json", '{ "type": "module" }');
    if (tsconfig !== undefined) put("tsconfig.json", JSON.stringify(tsconfig));
    else await runCli(project, ["init"]);
    const { code, stdout } = await runCli(project, ["init", ...folders]);
    expect({ code, kept: stdout.includes("kept          tsconfig.json") }).toEqual({ code: 0, kept: true });
    expect(stdout).not.toContain("To do");
  });
});

describe("what is in the way", () => {
  const ofGenerated = "Give the generated code a folder of its own: `taskwright init --out <folder>`.";
  const ofWorkflows = "ive the workflows a folder of their own: `taskwright init --workflows <folder>`.";
  it.each([
    ["another tool's generated/", { "generated/client.ts": "mine" }, `generated/ holds client.ts, which`, ofGenerated],
    [
      "another tool's file where one of ours must be",
      { "generated/index.ts": "mine" },
      "generated/index.ts is in the way",
      "with --out.",
    ],
    ["foreign YAML", { "workflows/ci.yml": "on: push\n" }, "workflows/ci.yml:1:1 unknown-key", ofWorkflows],
    [
      "CommonJS code in workflows/",
      { "package.json": "{}", "workflows/order/pay.ts": "module.exports = 1;" },
      "workflows/ holds order/pay.ts, and handlers would make ES modules of all its code.",
      ofWorkflows,
    ],
    ["a file in the place of workflows/", { workflows: "mine" }, "Cannot read workflows.", "Move it away."],
  ])("%s is told of before anything is written", async (_title, files, message, wayOut) => {
    for (const [path, text] of Object.entries(files)) put(path, text);
    const before = readdirSync(project, { recursive: true });
    const { code, stdout, stderr } = await runCli(project, ["init"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toContain(wayOut);
    expect(readdirSync(project, { recursive: true })).toEqual(before);
  });

  it("is not touched where the folders of the project are others", async () => {
    put("generated/index.ts", "mine");
    put("workflows/ci.yml", "on: push\n");
    const folders = ["--workflows", "src/tasks", "--out", "src/tasks/made"];
    const { code, stdout } = await runCli(project, ["init", ...folders]);
    expect(code).toBe(0);
    expect(stdout).toContain("  npx taskwright dev --workflows src/tasks --out src/tasks/made ");
    expect(stdout).toContain(`  npx taskwright enqueue hello:greet '{"name":"Ada"}' --out src/tasks/made `);
    expect(JSON.parse(get("package.json")).scripts).toEqual({
      dev: "taskwright dev --workflows src/tasks --out src/tasks/made",
      codegen: "taskwright codegen --workflows src/tasks --out src/tasks/made",
      worker: "taskwright worker --out src/tasks/made",
    });
    expect(get("src/tasks/hello.yaml")).toMatch(/^# .*\$schema=made\/workflow\.schema\.json\n/);
    expect(get("src/tasks/hello/greet.ts")).toContain('"../made/hello.js"');
    expect((await runCli(project, ["codegen", "--check", ...folders])).code).toBe(0);
  });
});

it.each([
  ["is empty", []],
  ["holds no YAML", ["README.md", ".gitkeep"]],
])("gives the example to a folder workflows/ that %s", async (_title, names) => {
  mkdirSync(join(project, "workflows"));
  for (const name of names) put(`workflows/${name}`, "");
  const { code, stdout } = await runCli(project, ["init"]);
  expect(code).toBe(0);
  expect(stdout).toContain("created       workflows/hello.yaml");
  expect(stdout).toContain("npx taskwright dev");
});

it("keeps workflows that are there, without an example", async () => {
  put("workflows/savings.yaml", "tasks:\n  remind: { retries: 1 }\n");
  const { code, stdout } = await runCli(project, ["init"]);
  expect(code).toBe(0);
  expect(stdout).toContain("kept          workflows/\n");
  expect(readdirSync(join(project, "workflows"))).toEqual(["savings", "savings.yaml"]);
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
