import type { Registry } from "prom-client";
import type { Dashboard } from "../dashboard/index.js";
import type { Worker, WorkerOptions } from "../runtime/index.js";
import type { ProjectDashboard } from "./dashboard-command.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import { reportFailure } from "./failure.js";
import { importGenerated } from "./project.js";

export interface WorkerCommandOptions {
  readonly root: string;
  readonly out: string;
  readonly connection: string;
  readonly concurrency: number;
  readonly queues?: readonly string[];
  readonly port?: number;
  readonly host?: string;
  readonly trace?: boolean;
  /** With a port: the dashboard too. */
  readonly dashboard: boolean;
}

/** `taskwright worker`: runs until a signal stops it. */
export async function worker(options: WorkerCommandOptions): Promise<ExitCode> {
  const { root, out, connection, concurrency, queues, port, host } = options;
  const telemetry = options.trace ? await loadTelemetry() : undefined;
  if (options.trace && telemetry === undefined) {
    console.error("taskwright: --trace needs bullmq-otel: npm install bullmq-otel @opentelemetry/api");
    return exitCodes.fault;
  }
  const [{ createWorker }] = await importGenerated<[{ createWorker(options: WorkerOptions): Worker }]>(
    root,
    out,
    "worker",
  );
  let dashboard: Dashboard | undefined;
  try {
    const metrics = port === undefined ? undefined : await openMetrics();
    const counting = { metrics, telemetry };
    dashboard =
      port !== undefined && options.dashboard ? await openPages({ ...options, ...counting }, port) : undefined;
    const serve = port === undefined ? undefined : { port, host, pages: dashboard?.listener };
    await createWorker({ connection, concurrency, queues, serve, ...counting }).run();
    return exitCodes.fine;
  } catch (cause) {
    return reportFailure(cause);
  } finally {
    await dashboard?.close();
  }
}

/** The user's own; undefined when it is not installed. */
async function loadTelemetry(): Promise<WorkerOptions["telemetry"]> {
  try {
    const { BullMQOtel } = await import("bullmq-otel");
    return new BullMQOtel({ tracerName: "taskwright" });
  } catch {
    return undefined;
  }
}

/** For the worker and for its pages: what is enqueued by a form is scraped with the rest. */
export async function openMetrics(): Promise<Registry> {
  const { openRegistry } = await import("../runtime/metrics/measure-worker.js");
  return openRegistry();
}

/** Undefined where nobody could sign in: the worker works all the same. */
async function openPages(options: ProjectDashboard, port: number): Promise<Dashboard | undefined> {
  const { openDashboard } = await import("./dashboard-command.js");
  try {
    const dashboard = await openDashboard(options);
    const { generatedToken: token } = dashboard;
    // Standard output is the log's.
    if (token !== undefined) console.error(signInLine(token, port));
    return dashboard;
  } catch (cause) {
    if (!isTokenMissing(cause)) throw cause;
    console.error(`taskwright: this worker serves no dashboard. ${cause.message}`);
    return undefined;
  }
}

function signInLine(token: string, port: number): string {
  const path = `/sign-in#${token}`;
  return port === 0
    ? `The dashboard is served too, on the port that the log names: sign in at ${path}`
    : `The dashboard is at http://localhost:${port}${path}`;
}

function isTokenMissing(cause: unknown): cause is Error {
  return cause instanceof Error && "code" in cause && cause.code === "TASKWRIGHT_DASHBOARD_TOKEN_MISSING";
}
