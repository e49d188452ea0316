import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { createInterface } from "node:readline";
import type { WorkerMessage } from "./messages.js";

/** A worker that was started. */
export interface WorkerProcess {
  /** Resolves when the process is gone: to what was wrong, or to undefined when it was asked to end. */
  readonly ended: Promise<string | undefined>;
  /** A file that it has loaded and that is no longer as it was. */
  changedFile(): string | undefined;
  /** Asks it to end, and ends it when it does not. Resolves when it is gone. */
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

/** What hears from a worker. */
export interface WorkerEars {
  onReady(): void;
  onLoaded(path: string): void;
  /** A line that it has printed. */
  onLine(line: string): void;
}

/** Longer than its own grace. */
const patienceMs = 6_000;

/** Starts this program's command `args` in a process group of its own, so that Ctrl-C reaches its parent alone. */
export function startWorker(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  ears: WorkerEars,
): WorkerProcess {
  const startedAt = Date.now();
  const [, program = ""] = process.argv;
  const child = spawn(process.execPath, [...process.execArgv, program, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: true,
  });
  const loaded = new Set<string>();
  let problem: string | undefined;
  let isAsked = false;

  child.on("message", (message: WorkerMessage) => {
    switch (message.kind) {
      case "loaded":
        loaded.add(message.path);
        ears.onLoaded(message.path);
        return;
      case "ready":
        ears.onReady();
        return;
      case "failed":
        problem = message.problem;
        return;
    }
  });
  for (const input of [child.stdout, child.stderr]) {
    if (input === null) continue;
    createInterface({ input }).on("line", (line) => ears.onLine(line));
  }
  const ended = endOf(child).then((how) => {
    // One that is stopped as it starts has a problem with that.
    if (isAsked) return undefined;
    return problem ?? `It ended by itself, ${how}.`;
  });

  const signal = (name: NodeJS.Signals) => {
    // With whatever its handlers have started.
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, name);
    } catch {
      // Gone in the meantime.
    }
  };
  return {
    ended,
    changedFile: () => [...loaded].find((path) => hasChangedSince(path, startedAt)),
    async stop() {
      isAsked = true;
      child.kill("SIGTERM");
      const timer = setTimeout(() => signal("SIGKILL"), patienceMs);
      await ended;
      clearTimeout(timer);
    },
    kill() {
      isAsked = true;
      signal("SIGKILL");
    },
  };
}

async function endOf(child: ChildProcess): Promise<string> {
  try {
    // `close`: its last lines have been read too.
    const [code, signal] = await once(child, "close");
    return signal === null ? `with exit code ${code}` : `by ${signal}`;
  } catch (cause) {
    return `for it could not be started: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

/** By the time of the change that no program can set, for some put back the other one. */
function hasChangedSince(path: string, time: number): boolean {
  try {
    return statSync(path).ctimeMs > time;
  } catch {
    return true;
  }
}
