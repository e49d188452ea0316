import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { compile as compileByLibrary } from "json-schema-to-typescript";
import { link } from "../../codegen/check/link.js";
import { createCompiler, readWorkflows } from "../../codegen/index.js";
import { parseWorkflow } from "../../codegen/parse/parse-workflow.js";
import { planSchemaTypes } from "../../codegen/plan/schema-types.js";
import { payloadOf, sharedSchemas, writeManyTasks } from "./many-tasks.js";

/*
 * npm run bench:codegen
 *
 * The compiler as people run it: whole processes of the built package. Medians of alternating rounds with their
 * smallest and largest; BENCH_ROUNDS sets the rounds (default 5).
 */

const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const repository = join(import.meta.dirname, "../..");
const cli = join(repository, "dist/cli/help-or-run.cjs");
const layout = { workflows: "workflows", generated: "generated" };

interface Row {
  readonly what: string;
  readonly goal: string;
  readonly samples: number[];
  readonly unit: string;
}

execFileSync("npm", ["run", "--silent", "build"], { cwd: repository, stdio: "inherit" });
const small = makeProject(10);
const large = makeProject(100);
const copies: string[] = [];
const rows = {
  node: row("node without a program, for comparison", "", "ms"),
  help: row("--help", "≤ 120 ms", "ms"),
  coldSmall: row("100 tasks in 10 files, cold", "", "ms"),
  cold: row("1,000 tasks in 100 files, cold", "≤ 2,000 ms", "ms"),
  memory: row("the same, peak resident memory", "≤ 400 MB", "MB"),
  unchanged: row("1,000 tasks, nothing changed", "≤ 500 ms", "ms"),
  again: row("1,000 tasks, one file of 100 changed, in a running compiler", "≤ 150 ms", "ms"),
  watch: row("1,000 tasks, --watch, from the save of one file to the disk", "≤ 150 ms", "ms"),
  types: row("types alone, 1,000 payloads", "", "ms"),
  typesByLibrary: row("the same by json-schema-to-typescript", "ours ≥ 5 × as fast", "ms"),
  clients: row("import the clients of 100 tasks, beyond bullmq and ioredis", "≤ 15 ms", "ms"),
};

for (let round = 0; round < rounds; round += 1) {
  process.stderr.write(`round ${round + 1} of ${rounds}\r`);
  rows.node.samples.push(time(() => execFileSync(process.execPath, ["-e", "0"])));
  rows.help.samples.push(run(small, ["--help"]).ms);
  rows.coldSmall.samples.push(run(freshCopy(small), ["codegen"]).ms);
  rows.cold.samples.push(run(freshCopy(large), ["codegen"]).ms);
  rows.memory.samples.push(peakMegabytes(freshCopy(large), ["codegen"]));
  run(large, ["codegen"]);
  rows.unchanged.samples.push(run(large, ["codegen"]).ms);
  rows.again.samples.push(recompile(large));
  rows.watch.samples.push(await watchedChange(large));
  rows.types.samples.push(ourTypes());
  rows.typesByLibrary.samples.push(await typesByLibrary());
  rows.clients.samples.push(importClients(small));
}
print(Object.values(rows));
const ratios = rows.types.samples.map((ours, round) => (rows.typesByLibrary.samples[round] ?? 0) / ours);
console.log(`types: ${median(ratios).toFixed(1)} × as fast as json-schema-to-typescript`);
console.log(
  `growth: 10 × the tasks take ${median(rows.cold.samples.map((ms, n) => ms / (rows.coldSmall.samples[n] ?? 1))).toFixed(1)} × the time`,
);
for (const root of [small, large, ...copies]) rmSync(root, { recursive: true });

function row(what: string, goal: string, unit: string): Row {
  return { what, goal, samples: [], unit };
}

function makeProject(files: number): string {
  const root = mkdtempSync(join(tmpdir(), "taskwright-bench-"));
  writeManyTasks(root, files, 10);
  writeFileSync(join(root, "package.json"), JSON.stringify({ type: "module" }));
  mkdirSync(join(root, "node_modules"));
  return root;
}

/**
 * As after a clone: nothing generated, no stub, nothing remembered. Not by removing them, since some file systems are slow
 * to make files where others have just been removed.
 */
function freshCopy(root: string): string {
  const copy = mkdtempSync(join(tmpdir(), "taskwright-bench-"));
  copies.push(copy);
  mkdirSync(join(copy, "node_modules"));
  mkdirSync(join(copy, "workflows"));
  cpSync(join(root, "package.json"), join(copy, "package.json"));
  for (const { path, text } of readWorkflows(root, "workflows")) writeFileSync(join(copy, path), text);
  return copy;
}

function run(cwd: string, args: readonly string[], nodeArgs: readonly string[] = []) {
  const started = performance.now();
  const { stderr, status } = spawnSync(process.execPath, [...nodeArgs, cli, ...args], { cwd, encoding: "utf8" });
  const ms = performance.now() - started;
  if (status !== 0) throw new Error(`taskwright ${args.join(" ")} failed: ${stderr}`);
  return { ms, stderr };
}

/** In a run of its own, since telling it takes time. */
function peakMegabytes(cwd: string, args: readonly string[]): number {
  const report = "process.on('exit',()=>require('fs').writeSync(2,'\\nRSS '+process.resourceUsage().maxRSS))";
  const hook = `data:text/javascript,import{createRequire}from'node:module';const require=createRequire(process.cwd()+'/');${report}`;
  return Number(/RSS (\d+)/.exec(run(cwd, args, ["--import", hook]).stderr)?.[1]) / 1024;
}

/** What `--watch` does at a change, without the disk. */
function recompile(root: string): number {
  const compileAgain = createCompiler();
  const sources = readWorkflows(root, "workflows");
  compileAgain(sources, layout);
  const changed = sources.map((source, n) =>
    n === 7 ? { ...source, text: source.text.replace("retries: 3", "retries: 4") } : source,
  );
  return time(() => compileAgain(changed, layout));
}

/** From the moment a workflow file is saved until what it stands for is there. The first change is a warm-up. */
async function watchedChange(root: string): Promise<number> {
  const watching = spawn(process.execPath, [cli, "codegen", "--watch"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  // Read to its end: a process that is not listened to any more dies of what it says next.
  await new Promise<void>((resolve) => {
    watching.stdout.on("data", (chunk) => String(chunk).includes("Watching") && resolve());
  });
  const path = join(root, "workflows/flow_7.yaml");
  const before = readFileSync(path, "utf8");
  const change = async (retries: number): Promise<number> => {
    const started = performance.now();
    writeFileSync(path, before.replace("retries: 3", `retries: ${retries}`));
    while (!readFileSync(join(root, "generated/flow-7.definitions.ts"), "utf8").includes(`retries: ${retries},`)) {
      if (performance.now() - started > 10_000) throw new Error("--watch has not seen the change.");
      await setTimeout(2);
    }
    return performance.now() - started;
  };
  await change(61);
  const ms = await change(62);
  const ended = once(watching, "exit");
  watching.kill();
  await ended;
  writeFileSync(path, before);
  return ms;
}

function ourTypes(): number {
  const parsed = readWorkflows(large, "workflows").map(parseWorkflow);
  const catalog = link(parsed.flatMap(({ workflow }) => (workflow === undefined ? [] : [workflow])));
  return time(() => catalog.workflows.flatMap((workflow) => planSchemaTypes(workflow, catalog, layout)));
}

async function typesByLibrary(): Promise<number> {
  const schemas = Array.from({ length: 1_000 }, (_, n) => ({
    ...payloadOf(Math.floor(n / 10), n % 10, "#/$defs/"),
    $defs: sharedSchemas,
  }));
  const started = performance.now();
  for (const [n, schema] of schemas.entries()) {
    await compileByLibrary(schema as Parameters<typeof compileByLibrary>[0], `Payload${n}`, {
      format: false,
      bannerComment: "",
    });
  }
  return performance.now() - started;
}

/** Built by the user's own compiler, as it would be; in a process each, since modules load once. */
function importClients(root: string): number {
  run(root, ["codegen"]);
  rmSync(join(root, "dist"), { recursive: true, force: true });
  rmSync(join(root, "node_modules"), { recursive: true, force: true });
  mkdirSync(join(root, "node_modules"));
  symlinkSync(repository, join(root, "node_modules/taskwright"));
  for (const name of ["bullmq", "ioredis"])
    symlinkSync(join(repository, "node_modules", name), join(root, "node_modules", name));
  const tsc = join(repository, "node_modules/.bin/tsc");
  const options = ["--target", "es2023", "--module", "nodenext", "--outDir", "dist", "--rootDir", ".", "--noCheck"];
  const paths = ["--skipLibCheck", "generated/index.ts"];
  spawnSync(tsc, [...options, ...paths], { cwd: root });
  const script = (module: string) =>
    `import "bullmq"; import "ioredis"; const t = performance.now(); await import(${JSON.stringify(module)}); console.log(performance.now() - t);`;
  const measure = (module: string) =>
    Number(
      execFileSync(process.execPath, ["--input-type=module", "-e", script(module)], { cwd: root, encoding: "utf8" }),
    );
  return measure(join(root, "dist/generated/index.js"));
}

function time(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

function median(samples: readonly number[]): number {
  return [...samples].sort((a, b) => a - b)[Math.floor(samples.length / 2)] ?? 0;
}

function print(all: readonly Row[]): void {
  const width = Math.max(...all.map(({ what }) => what.length));
  for (const { what, goal, samples, unit } of all) {
    const [middle, least, most] = [median(samples), Math.min(...samples), Math.max(...samples)].map((n) =>
      Math.round(n),
    );
    console.log(`${what.padEnd(width)}  ${String(middle).padStart(6)} ${unit}  (${least} to ${most})  ${goal}`);
  }
}
