import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, expect, inject, it, vi } from "vitest";
import { commandsOf } from "../../cli/help-texts.js";
import { buildProgram } from "../../cli/program.js";

/*
 * What a stranger gets: the packed package, installed in an empty folder outside this repository, with a workflow of
 * their own that is compiled, type-checked, built and run.
 */
const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);
let project = "";
// Each runs several programs through npx, on a machine that may be busy with the rest of the suite.
vi.setConfig({ testTimeout: 180_000 });

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), "taskwright-user-"));
  const packed = await run("npm", ["pack", "--json", "--pack-destination", project], { cwd: root });
  const filename = /"filename": "([^"]+)"/.exec(packed.stdout)?.[1] ?? "";
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  put("package.json", JSON.stringify({ name: "user", private: true, type: "module" }));
  const tools = [`typescript@${devDependencies.typescript}`, `@types/node@${devDependencies["@types/node"]}`];
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", join(project, filename), ...tools], {
    cwd: project,
  });
  put("tsconfig.json", tsconfig);
  put("workflows/greeting.yaml", workflow);
}, 240_000);

afterAll(() => rmSync(project, { recursive: true, force: true }));

const tsconfig = JSON.stringify({
  compilerOptions: {
    ...{ target: "es2023", module: "nodenext", types: ["node"], outDir: "dist", rootDir: ".", strict: true },
    ...{
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: true,
      declaration: true,
    },
  },
  include: ["generated", "workflows", "*.ts"],
});

const workflow = `
tasks:
  hello:
    payload:
      type: object
      additionalProperties: false
      required: [name]
      properties: { name: { type: string, minLength: 1 }, at: { type: string, format: date-time } }
    result: { type: object, required: [text], properties: { text: { type: string } } }
`;

const handler = `
import type { HelloHandler } from "../../generated/greeting.js";

export const hello: HelloHandler = async ({ name }, job) => {
  await job.log("greeting");
  console.log(\`Hello, \${name}!\`);
  return { text: \`Hello, \${name}!\` };
};
`;

const main = `
import { createTasks } from "./generated/index.js";
import { createWorker } from "./generated/worker.js";

const connection = process.env.REDIS_URL;
const worker = createWorker({ connection, hooks: { onSuccess: ({ task }) => { console.log(task, "succeeded"); void worker.close(); } } });
const tasks = createTasks({ connection });
const job = await tasks.greeting.hello.enqueue({ name: "Ada" });
console.log(job.name, job.deduplicated);
await worker.run();
await tasks.close();
`;

const server = `
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createDashboard } from "taskwright/dashboard";
import { catalog } from "./generated/catalog.js";

const manifest = JSON.parse(readFileSync("generated/manifest.json", "utf8"));
const dashboard = createDashboard({ catalog, manifest, connection: process.env.REDIS_URL, basePath: "/jobs", signIn: false });
const server = createServer(dashboard.listener).listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;
for (const path of ["/", "/tasks/greeting:hello", "/assets/style.css", "/assets/script.js", "/board/"]) {
  const response = await fetch(\`http://127.0.0.1:\${port}/jobs\${path}\`);
  console.log(path, response.status, (await response.text()).length > 500);
}
server.close();
server.closeAllConnections();
await dashboard.close();
`;

function put(path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}

function command(file: string, ...args: string[]) {
  return run(file, args, { cwd: project, env: { ...process.env, NO_COLOR: "1", REDIS_URL: inject("redisUrl") } });
}

/** A program of the installed package. */
function installed(program: string): string {
  return join(project, "node_modules/taskwright/dist/cli", program);
}

async function ended(program: string, args: readonly string[]) {
  const { stdout, stderr, code } = await run(process.execPath, [installed(program), ...args]).catch((failed) => failed);
  return { stdout, stderr, code: code ?? 0 };
}

it("has exports, types and a bin that resolve", async () => {
  const { messages, pkg } = await publint({ pkgDir: root, pack: "npm", strict: true });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

const everyHelp = commandsOf(buildProgram(() => undefined)).map(({ path }) => `${path} --help`.trim());

it.each([
  ...everyHelp,
  ...["", "help", "help jobs", "help jobs ls", "help nonsense", "help --help", "jobs -h", "jobs", "-v", "--version"],
  ...["nonsense --help", "constructor --help", "-v --help"],
])("answers `taskwright %s` as Commander does", async (line) => {
  const args = line.split(" ").filter(Boolean);
  const [answered, byCommander] = await Promise.all([ended("help-or-run.cjs", args), ended("main.js", args)]);
  expect(answered).toEqual(byCommander);
});

it("prints its help into a pipe that nobody reads, and is fine", async () => {
  const child = spawn(process.execPath, [installed("help-or-run.cjs"), "--help"]);
  child.stdout.destroy();
  const closed = once(child, "close");
  expect(await text(child.stderr)).toBe("");
  expect(await closed).toEqual([0, null]);
});

it("is compiled, type-checked, built and run in a stranger's project", async () => {
  const compiled = await command("npx", "taskwright", "codegen");
  expect(compiled.stdout).toContain("stub written  workflows/greeting/hello.ts");

  put("workflows/greeting/hello.ts", handler);
  const enqueued = await command("npx", "taskwright", "enqueue", "greeting:hello", '{"name":"Grace"}', "--run");
  expect(enqueued.stdout).toContain("Hello, Grace!");

  put("main.ts", main);
  await command("npx", "tsc");
  const ran = await command("node", "dist/main.js");
  expect(ran.stdout).toContain("greeting:hello false");
  expect(ran.stdout).toContain("Hello, Ada!");
  expect(ran.stdout).toContain("greeting:hello succeeded");
});

const taskwright = "taskwright/dist/cli/help-or-run.cjs";

/** Runs a program of the packages that are installed, in a folder of the project. */
function inFolder(folder: string) {
  const env = { ...process.env, NO_COLOR: "1", REDIS_URL: inject("redisUrl") };
  return (name: string, ...args: string[]) =>
    run(process.execPath, [join(project, "node_modules", name), ...args], { cwd: join(project, folder), env });
}

const options = { module: "nodenext", types: ["node"], strict: true, outDir: "dist" };
const ofSrc = { compilerOptions: { ...options, rootDir: "src" }, include: ["src"] };
const advice = [
  'set "rootDir" to ".": "generated" and "workflows" are outside of src/ (what tsc wrote to dist/ is then in dist/src/)',
  'add "generated" and "workflows" to "include"',
  expect.stringMatching(
    '"generated/package.json" and "workflows/package.json" to "include", and "resolveJsonModule": true',
  ),
];
const asAdvised = {
  compilerOptions: { ...options, rootDir: ".", resolveJsonModule: true },
  include: ["src", "generated", "workflows", "generated/package.json", "workflows/package.json"],
};

it.each([
  ["says so", "shop", { type: "commonjs" }, undefined],
  ["says nothing of modules", "mall", {}, undefined],
  ["says so, beside a tsconfig.json that is changed as `init` says", "kiosk", { type: "commonjs" }, ofSrc],
])("makes a CommonJS project run in one command whose package.json %s", async (_title, folder, type, mine) => {
  put(`${folder}/package.json`, JSON.stringify({ name: folder, ...type }));
  if (mine !== undefined) put(`${folder}/tsconfig.json`, JSON.stringify(mine));
  const main = 'import { createTasks } from "../generated/index.js";\nconsole.log(typeof createTasks);\n';
  put(`${folder}/src/main.ts`, main);
  const here = inFolder(folder);
  const made = await here(taskwright, "init");
  expect(made.stdout.match(/(?<=^ {2})(?:set|add) .*/gm) ?? []).toEqual(mine === undefined ? [] : advice);
  if (mine !== undefined) put(`${folder}/tsconfig.json`, JSON.stringify(asAdvised));
  await here("typescript/bin/tsc");
  const script = 'console.log(typeof require("./dist/generated/index.js").createTasks)';
  const cwd = join(project, folder);
  expect((await run(process.execPath, ["dist/src/main.js"], { cwd })).stdout).toBe("function\n");
  expect((await run(process.execPath, ["-e", script], { cwd })).stdout).toBe("function\n");
  const { stdout } = await here(taskwright, "enqueue", "hello:greet", '{"name":"Ada"}', "--run");
  expect(stdout).toContain("Hello, Ada! (attempt 1)");
  expect((await here(taskwright, "init")).stdout).not.toContain("To do");
});

it("tells a CommonJS project that `init` has not seen what it lacks", async () => {
  put("store/package.json", JSON.stringify({ name: "store", type: "commonjs" }));
  put("store/workflows/greeting.yaml", workflow);
  const inStore = inFolder("store");
  await inStore(taskwright, "codegen");
  const { stderr } = await inStore(taskwright, "enqueue", "greeting:hello", '{"name":"Ada"}').catch((error) => error);
  expect(stderr).toContain(
    "The code in generated/ is of ES modules, and package.json does not say so. Run `taskwright init`",
  );
});

it("serves the dashboard in a stranger's own server", async () => {
  put("server.ts", server);
  await command("npx", "tsc");
  const { stdout } = await command("node", "dist/server.js");
  expect(stdout.trim().split("\n")).toEqual([
    "/ 200 true",
    "/tasks/greeting:hello 200 true",
    "/assets/style.css 200 true",
    "/assets/script.js 200 true",
    "/board/ 200 true",
  ]);
});

it("runs `dev`, with its worker, until Ctrl-C", async () => {
  const env = { ...process.env, NO_COLOR: "1", REDIS_URL: inject("redisUrl") };
  const dev = spawn(process.execPath, [installed("help-or-run.cjs"), "dev", "--port", "0"], { cwd: project, env });
  const ended = once(dev, "exit");
  const lines: string[] = [];
  for await (const line of createInterface({ input: dev.stdout })) {
    lines.push(line);
    if (line.startsWith("worker     running")) dev.kill("SIGINT");
  }
  expect(await ended).toEqual([0, null]);
  expect(lines.at(-1)).toBe("worker     stopped");
});

it("is compiled again exactly when something has changed", async () => {
  const nothing = "✓ 1 task: nothing to do.\n";
  expect((await command("npx", "taskwright", "codegen")).stdout).toBe(nothing);
  expect((await command("npx", "taskwright", "codegen")).stdout).toBe(nothing);

  const generated = readFileSync(join(project, "generated/greeting.ts"), "utf8");
  put("generated/greeting.ts", "edited by hand");
  expect((await command("npx", "taskwright", "codegen")).stdout).toContain("updated       generated/greeting.ts");
  expect(readFileSync(join(project, "generated/greeting.ts"), "utf8")).toBe(generated);

  put("workflows/greeting.yaml", workflow.replace("minLength: 1", "minLength: 2"));
  expect((await command("npx", "taskwright", "codegen")).stdout).toContain("generated/greeting.definitions.ts");
  put("workflows/greeting.yaml", workflow);
  await command("npx", "taskwright", "codegen");

  put("workflows/greeting/hello.ts", handler.replace("const hello", "const helo"));
  await expect(command("npx", "taskwright", "codegen")).rejects.toMatchObject({
    stderr: expect.stringContaining("missing-export"),
  });
  put("workflows/greeting/hello.ts", handler);

  const deep = "workflows/greeting/sub/deeper/bye.ts";
  expect((await command("npx", "taskwright", "codegen")).stdout).toBe(nothing);
  put(deep, handler.replace("HelloHandler }", "ByeHandler }").replace("hello: HelloHandler", "bye: ByeHandler"));
  expect((await command("npx", "taskwright", "codegen")).stderr).toContain(`${deep}:1:1 orphaned-handler`);
  rmSync(join(project, "workflows/greeting/sub"), { recursive: true });
});

it("is compiled again when a workflow file was saved during the run before", async () => {
  const flow = "workflows/greeting.yaml";
  rmSync(join(project, "generated"), { recursive: true });
  const running = command("npx", "taskwright", "codegen");
  // There once everything is read and compiled, and before anything is written or remembered.
  while (!existsSync(join(project, "generated"))) await nextTurn();
  put(flow, workflow.replace("minLength: 1", "minLength: 3"));
  await running;
  expect((await command("npx", "taskwright", "codegen")).stdout).toContain("generated/greeting.definitions.ts");
  put(flow, workflow);
  await command("npx", "taskwright", "codegen");
});

it("says how to install what the embedded store needs", async () => {
  const failed = command(
    "npx",
    "taskwright",
    "enqueue",
    "greeting:hello",
    '{"name":"Grace"}',
    "--connection",
    "embedded:",
  );
  await expect(failed).rejects.toMatchObject({ stderr: expect.stringContaining("npm install @electric-sql/pglite") });
});

it("refuses a payload that does not fit, with every issue", async () => {
  const failed = command("npx", "taskwright", "enqueue", "greeting:hello", '{"name":"","at":"noon"}');
  await expect(failed).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/\/name .*\n +\/at /),
  });
});
