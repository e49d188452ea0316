import { type ChildProcess, fork } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Order } from "./points.js";

/** A program of the proof in a process of its own. It ends when this one does, and tells what happens a line each. */
export interface Program {
  readonly process: ChildProcess;
  /** Resolves to the first line to come that begins so; rejects when the program has ended. */
  line(beginning: string): Promise<string>;
  /** Calls `hear` with every line to come. */
  onLine(hear: (line: string) => void): void;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** What it last wrote to its standard error. */
  complaint(): string;
  send(order: Order): void;
}

/** What is used of esbuild, which comes with tsx. */
interface Bundler {
  build(options: Readonly<Record<string, unknown>>): Promise<unknown>;
}

const names = ["worker", "ledger"] as const;

/**
 * Makes one file in `folder` of each program and all that it loads, so that a worker that was killed is back in a third of the time.
 */
export async function bundlePrograms(folder: string): Promise<{ readonly [Name in (typeof names)[number]]: string }> {
  const root = join(import.meta.dirname, "../..");
  const resolve = createRequire(import.meta.url).resolve("tsx");
  const esbuild = createRequire(resolve)("esbuild") as Bundler;
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: names.map((name) => join(import.meta.dirname, `${name}.ts`)),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minifySyntax: true,
    minifyWhitespace: true,
    format: "esm",
    platform: "node",
    target: "node20",
    conditions: ["taskwright-source"],
    // The package's own name is no outside one.
    alias: { taskwright: join(root, "runtime/index.ts") },
    // Not used here.
    external: ["@electric-sql/pglite", "pino"],
    banner: {
      js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);',
    },
    logLevel: "warning",
  });
  return { worker: join(folder, "worker.mjs"), ledger: join(folder, "ledger.mjs") };
}

/** Starts a bundled program. */
export function startProgram(file: string, env: Readonly<Record<string, string>>): Program {
  const child = fork(file, { execArgv: [], env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe", "ipc"] });
  const listeners = new Set<(line: string) => void>();
  let complaint = "";
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on("line", (line) => {
      for (const hear of listeners) hear(line);
    });
  }
  child.stderr?.on("data", (text) => {
    complaint = `${complaint}${text}`.slice(-2_000);
    if (process.env.PROOF_LOG === "1") process.stderr.write(text);
  });
  // Its own death shows as its exit, and that of a channel to it too.
  child.on("error", () => undefined);
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
  return {
    process: child,
    exited,
    complaint: () => complaint,
    onLine: (hear) => void listeners.add(hear),
    send: (order) => void child.send(order, () => undefined),
    line: (beginning) =>
      new Promise((resolve, reject) => {
        listeners.add((line) => {
          if (line.startsWith(beginning)) resolve(line);
        });
        void exited.then(() => reject(new Error(`${file} ended without "${beginning}":\n${complaint}`)));
      }),
  };
}
