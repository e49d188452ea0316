import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

/** A program of a test in a process of its own. */
export interface Program {
  readonly process: ChildProcess;
  /** What it has printed, a line each. */
  readonly lines: readonly string[];
  /** Resolves to the first line, printed already or to come, that matches. */
  line(pattern: RegExp): Promise<string>;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts `test/runtime/programs/<name>.ts` from source; it is killed when the test ends. */
export function startProgram(name: string, env: Readonly<Record<string, string>> = {}): Program {
  return start(name, ["--conditions=taskwright-source", "--import", "tsx", sourceOf(name)], env);
}

/** The same program as one file, of which twenty start in the time that two need from source. */
export async function bundleProgram(name: string) {
  const folder = new URL("../../node_modules/.cache/taskwright/", import.meta.url).pathname;
  await mkdir(folder, { recursive: true });
  // Below the project's own folder, so that its packages are found.
  const file = join(await mkdtemp(join(folder, "program-")), `${name}.mjs`);
  onTestFinished(() => rm(dirname(file), { recursive: true, force: true }));
  await bundler().build({
    entryPoints: [sourceOf(name)],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["taskwright-source"],
    // Everything but what is ours.
    external: ["bullmq", "ioredis", "pino", "ajv", "@electric-sql/*"],
  });
  return (env: Readonly<Record<string, string>> = {}): Program => start(name, [file], env);
}

/** It comes with tsx, whose version of it is the one to have. */
function bundler() {
  const ofTsx = createRequire(createRequire(import.meta.url).resolve("tsx"));
  return ofTsx("esbuild") as { build(options: Readonly<Record<string, unknown>>): Promise<unknown> };
}

function sourceOf(name: string): string {
  return new URL(`../runtime/programs/${name}.ts`, import.meta.url).pathname;
}

function start(name: string, args: readonly string[], env: Readonly<Record<string, string>>): Program {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines: string[] = [];
  const checks = new Set<() => void>();
  const hear = (line: string) => {
    lines.push(line);
    for (const check of checks) check();
  };
  createInterface({ input: child.stdout }).on("line", hear);
  createInterface({ input: child.stderr }).on("line", hear);
  const exited = once(child, "exit").then(([code, signal]) => ({ code, signal }));

  return {
    process: child,
    lines,
    exited,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const found = lines.find((line) => pattern.test(line));
          if (found === undefined) return;
          checks.delete(check);
          resolve(found);
        };
        checks.add(check);
        check();
        void exited.then(() => reject(new Error(`${name} ended without ${pattern}:\n${lines.join("\n")}`)));
      }),
  };
}
