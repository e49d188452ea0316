import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import type { Worker, WorkerOptions } from "../../runtime/index.js";
import { openDashboard } from "../dashboard-command.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { importGenerated, loadTypeScript } from "../project.js";
import { openMetrics } from "../worker-command.js";
import { endWithParent } from "./end-with-parent.js";
import type { WorkerMessage } from "./messages.js";

export interface DevWorkerOptions {
  readonly root: string;
  readonly out: string;
  readonly connection: string;
  readonly concurrency: number;
  readonly port: number;
  readonly host: string;
}

/** How long running jobs may go on when the worker is started anew; then they go back to their queue. */
const graceMs = 2_000;

/**
 * The worker of `taskwright dev`, with the dashboard, in a process of its own: what it has loaded can be loaded anew by
 * another one alone, and the embedded store belongs to one process. Ends by SIGTERM, and when its parent has gone.
 */
export async function devWorker(options: DevWorkerOptions): Promise<never> {
  endWithParent(graceMs);
  const exitCode = await runWorker(options);
  // A handler that ignores its signal, with a timer or a connection of its own, would keep the process.
  process.exit(exitCode);
}

async function runWorker({ root, out, connection, concurrency, port, host }: DevWorkerOptions): Promise<ExitCode> {
  try {
    await loadTypeScript((url) => tellLoaded(url));
    const [{ createWorker }] = await importGenerated<[{ createWorker(options: WorkerOptions): Worker }]>(
      root,
      out,
      "worker",
    );
    const logger = pino({ level: process.env.LOG_LEVEL ?? "info" }, { write: (line) => process.stdout.write(line) });
    const metrics = await openMetrics();
    const dashboard = await openDashboard({ root, out, connection, logger, metrics });
    try {
      const serve = { port, host, pages: dashboard.listener };
      const worker = createWorker({ connection, concurrency, grace: graceMs, logger, serve, metrics });
      const ended = worker.run();
      // `start` tells of it too.
      ended.catch(() => undefined);
      await worker.start();
      await tell({ kind: "ready" });
      await ended;
    } finally {
      await dashboard.close();
    }
    return exitCodes.fine;
  } catch (cause) {
    await tell({ kind: "failed", problem: describeProblem(cause, root) });
    return exitCodes.fault;
  }
}

/** Resolves when it is on its way; a parent that is gone has no need of it. */
function tell(message: WorkerMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
    else resolve();
  });
}

function tellLoaded(url: string): void {
  if (url.startsWith("file:") && !url.includes("/node_modules/"))
    void tell({ kind: "loaded", path: fileURLToPath(url) });
}

/** The message, and the places of the project's own code that it came by. */
function describeProblem(cause: unknown, root: string): string {
  if (!(cause instanceof Error)) return String(cause);
  if ("code" in cause && String(cause.code).startsWith("TASKWRIGHT_")) return cause.message;
  const places = (cause.stack ?? "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line) && line.includes(root) && !line.includes("node_modules"))
    .map((line) => line.replaceAll(/file:\/\//g, "").replaceAll(`${root}/`, ""));
  // A syntax error has no frames: its place stands in the first line.
  const file = "fileName" in cause ? `${relative(root, String(cause.fileName))}: ` : "";
  return [`${file}${cause.name}: ${cause.message.replaceAll(`${root}/`, "")}`, ...places.slice(0, 5)].join("\n");
}
