import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFailed, onTestFinished } from "vitest";

const root = join(import.meta.dirname, "../..");

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `taskwright` from its sources, in `cwd`. */
export function runCli(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = spawnCli(cwd, args, env);
  return new Promise((resolve, reject) => {
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => {
      output.stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output.stderr += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...output }));
  });
}

/** A command that goes on until it is ended. */
export interface RunningCli {
  /** Resolves to the next line that matches, of those that have not been waited past. */
  next(pattern: RegExp): Promise<string>;
  end(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Starts `taskwright` from its sources, in `cwd`; it is killed when the test ends. */
export function startCli(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): RunningCli {
  const child = spawnCli(cwd, args, env);
  onTestFinished(() => void child.kill("SIGKILL"));
  const exited = once(child, "exit").then(([code, signal]) => ({ code, signal }));
  const all: string[] = [];
  onTestFailed(() => console.error(`taskwright ${args.join(" ")} printed:\n${all.join("\n")}`));
  let from = 0;
  let check: () => void = () => undefined;
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on("line", (line) => {
      all.push(line);
      check();
    });
  }
  return {
    next: (pattern) =>
      new Promise((resolve, reject) => {
        check = () => {
          const found = all.findIndex((line, index) => index >= from && pattern.test(line));
          if (found < 0) return;
          from = found + 1;
          resolve(all[found] ?? "");
        };
        check();
        void exited.then(() => reject(new Error(`It ended without ${pattern}:\n${all.join("\n")}`)));
      }),
    end: (signal) => {
      child.kill(signal);
      return exited;
    },
  };
}

function spawnCli(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const loader = join(root, "node_modules/tsx/dist/loader.mjs");
  const node = ["--conditions=taskwright-source", "--import", loader, join(root, "cli/main.ts"), ...args];
  return spawn(process.execPath, node, {
    cwd,
    env: { ...process.env, NO_COLOR: "1", REDIS_URL: undefined, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}
