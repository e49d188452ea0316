import { spawn } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `taskwright` from its sources, in `cwd`. */
export function runCli(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const loader = join(root, "node_modules/tsx/dist/loader.mjs");
  const node = ["--conditions=taskwright-source", "--import", loader, join(root, "cli/main.ts"), ...args];
  const child = spawn(process.execPath, node, {
    cwd,
    env: { ...process.env, NO_COLOR: "1", REDIS_URL: undefined, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
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
