import type { Worker, WorkerOptions } from "../runtime/index.js";
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
  try {
    const serve = port === undefined ? undefined : { port, host };
    await createWorker({ connection, concurrency, queues, serve, telemetry }).run();
    return exitCodes.fine;
  } catch (cause) {
    return reportFailure(cause);
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
