import { once } from "node:events";
import type { Dashboard, DashboardOptions } from "../dashboard/index.js";
import type { Logger } from "../runtime/logger.js";
import type { Manifest } from "../runtime/operate/index.js";
import type { Catalog } from "../runtime/task.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import { reportFailure } from "./failure.js";
import { requireConnection } from "./operate-project.js";
import { importGenerated, readManifest } from "./project.js";

export interface DashboardCommandOptions {
  readonly root: string;
  readonly out: string;
  /** Undefined: nobody said where the jobs are. */
  readonly connection: string | undefined;
  readonly port: number;
  readonly host: string;
  /** Names that it is reached by, beside those of this machine to itself. */
  readonly hosts?: readonly string[];
  readonly trustProxy: boolean;
}

/** Whose dashboard, and what its environment does not say. */
export interface ProjectDashboard {
  readonly root: string;
  readonly out: string;
  readonly connection: string;
  readonly hosts?: readonly string[] | undefined;
  readonly trustProxy?: boolean | undefined;
  readonly logger?: Logger | undefined;
  readonly metrics?: DashboardOptions["metrics"];
  readonly telemetry?: DashboardOptions["telemetry"];
}

/** `taskwright dashboard`: serves it until a signal stops it. */
export async function dashboard(options: DashboardCommandOptions): Promise<ExitCode> {
  const { root, port, host } = options;
  const connection = requireConnection(options.connection);
  try {
    const { serveDashboard } = await import("../dashboard/index.js");
    const opened = await openDashboard({ ...options, connection });
    const served = await serveDashboard(opened, { port, host }).catch(async (cause: unknown) => {
      await opened.close();
      throw cause;
    });
    console.log(`The dashboard of ${root} is at ${served.url}`);
    if (opened.generatedToken !== undefined) {
      console.log(`Sign in by ${served.url}/sign-in#${opened.generatedToken}`);
      console.log("The token is new at every start; TASKWRIGHT_DASHBOARD_TOKEN sets one that stays.");
    }
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    await served.close();
    return exitCodes.fine;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE") {
      console.error(`taskwright: port ${port} is taken: give another one by --port, or 0 for any that is free.`);
      return exitCodes.fault;
    }
    return reportFailure(cause);
  }
}

/** The dashboard of the project in `root`, for any server. */
export async function openDashboard(options: ProjectDashboard): Promise<Dashboard> {
  const { root, out, connection, hosts, trustProxy, logger, metrics, telemetry } = options;
  const { createDashboard } = await import("../dashboard/index.js");
  // The compiler writes it whole.
  const manifest = readManifest(root, out) as Manifest;
  const [{ catalog }] = await importGenerated<[{ readonly catalog: Catalog }]>(root, out, "catalog");
  return createDashboard({ catalog, manifest, connection, hosts, trustProxy, logger, metrics, telemetry });
}
