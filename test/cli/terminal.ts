import { spawn } from "node:child_process";
import { join } from "node:path";
import { onTestFinished } from "vitest";

const root = join(import.meta.dirname, "../..");

/** A command on a terminal of 100 columns and 30 rows. */
export interface Terminal {
  /** Resolves when what was written, with its control sequences, fits. */
  until(pattern: RegExp): Promise<string>;
  type(text: string): void;
  /** The exit code, and everything that was written. */
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
}

/** Runs `taskwright` on a terminal of its own, which `script` of util-linux makes. */
export function openTerminal(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Terminal {
  const loader = join(root, "node_modules/tsx/dist/loader.mjs");
  const words = [
    process.execPath,
    "--conditions=taskwright-source",
    "--import",
    loader,
    join(root, "cli/main.ts"),
    ...args,
  ];
  const command = `stty cols 100 rows 30; exec ${words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ")}`;
  const child = spawn("script", ["-qefc", command, "/dev/null"], {
    cwd,
    env: { ...process.env, NO_COLOR: "1", TERM: "xterm", ...env },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  let check: () => void = () => undefined;
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    check();
  });
  const ended = new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
  return {
    until: (pattern) =>
      new Promise((resolve, reject) => {
        check = () => {
          if (pattern.test(output)) resolve(output);
        };
        check();
        void ended.then(() => reject(new Error(`It ended without ${pattern}:\n${output}`)));
      }),
    type: (text) => void child.stdin.write(text),
    ended,
  };
}
