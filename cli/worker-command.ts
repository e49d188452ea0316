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
}

/** `taskwright worker`: runs until a signal stops it. */
export async function worker(options: WorkerCommandOptions): Promise<ExitCode> {
  const { root, out, connection, concurrency, queues, port, host } = options;
  const [{ createWorker }] = await importGenerated<[{ createWorker(options: WorkerOptions): Worker }]>(
    root,
    out,
    "worker",
  );
  try {
    const serve = port === undefined ? undefined : { port, host };
    await createWorker({ connection, concurrency, queues, serve }).run();
    return exitCodes.fine;
  } catch (cause) {
    return reportFailure(cause);
  }
}
