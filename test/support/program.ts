import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { inject, onTestFinished } from "vitest";

/** A program of a test in a process of its own. */
export interface Program {
  readonly process: ChildProcess;
  /** What it has printed, a line each. */
  readonly lines: readonly string[];
  /** Resolves to the first line, printed already or to come, that matches. */
  line(pattern: RegExp): Promise<string>;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts `test/runtime/programs/<name>.ts`, bundled or module by module; it is killed when the test ends. */
export function startProgram(
  name: string,
  env: Readonly<Record<string, string>> = {},
  from: "bundle" | "source" = "bundle",
): Program {
  const source = new URL(`../runtime/programs/${name}.ts`, import.meta.url).pathname;
  const bundle = [join(inject("programs"), `${name}.mjs`)];
  return start(name, from === "bundle" ? bundle : ["--conditions=taskwright-source", "--import", "tsx", source], env);
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
