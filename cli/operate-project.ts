import { hostname, userInfo } from "node:os";
import { type DestinationStream, type Logger, pino } from "pino";
import { type Operations, openOperations } from "../runtime/operate/index.js";
import type { Catalog } from "../runtime/task.js";
import type { ExitCode } from "./exit-codes.js";
import { reportFailure } from "./failure.js";
import { importGenerated, readManifest } from "./project.js";
import { UsageError } from "./usage-error.js";

/** Which project is operated, and where its jobs are. */
export interface OperateOptions {
  readonly root: string;
  readonly out: string;
  /** Undefined: nobody said where. */
  readonly connection: string | undefined;
  readonly json: boolean;
}

/** Runs `command` on the queues of a project, and closes them. Errors of the runtime are printed. */
export async function operate(
  options: OperateOptions,
  command: (operations: Operations) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { root, out } = options;
  const connection = requireConnection(options.connection);
  const manifest = readManifest(root, out);
  const [{ catalog }] = await importGenerated<[{ catalog: Catalog }]>(root, out, "catalog");
  try {
    const operations = openOperations({ connection, manifest, catalog, actor: operator(), logger: quietLogger() });
    try {
      return await command(operations);
    } finally {
      await operations.close();
    }
  } catch (cause) {
    return reportFailure(cause);
  }
}

/** The store that was named; it cannot be the memory of this process. */
export function requireConnection(connection: string | undefined): string {
  if (connection !== undefined && connection !== "embedded:") return connection;
  throw new UsageError(
    "say where the jobs are: --connection redis://…, REDIS_URL, or --connection embedded:./folder. The memory of this process holds none.",
  );
}

/** Tells of what goes wrong inside, on standard error: standard output is the command's own. */
export function quietLogger(): Logger {
  return pino({ level: process.env.LOG_LEVEL ?? "error" }, standardError);
}

const standardError: DestinationStream = { write: (line) => process.stderr.write(line) };

/** Who is at the keyboard, as the log of a job names them. */
function operator(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A container may have no name for its user.
    return `somebody@${hostname()}`;
  }
}
