import type { Telemetry } from "bullmq";
import type { Registry } from "prom-client";
import { defaultLogger, type Logger } from "../runtime/logger.js";
import type { Manifest } from "../runtime/operate/manifest.js";
import type { Connection } from "../runtime/store/store.js";
import type { Catalog } from "../runtime/task.js";
import { type Credentials, readCredentials } from "./access/credentials.js";
import { InvalidDashboardOption } from "./errors.js";

/** Settings of `createDashboard`. */
export interface DashboardOptions {
  /** `generated/catalog.ts`: what checks a payload that is enqueued here. */
  readonly catalog: Catalog;
  /** `generated/manifest.json`: what the pages tell of the tasks. */
  readonly manifest: Manifest;
  /** See Connection. */
  readonly connection: Connection | undefined;
  /** Where it is mounted, e.g. `/jobs`. Default `/`. */
  readonly basePath?: string | undefined;
  /** What operators sign in with. Default TASKWRIGHT_DASHBOARD_TOKEN; without either a random one, outside production. */
  readonly token?: string | undefined;
  /** What those sign in with who may only look. Default TASKWRIGHT_DASHBOARD_READ_TOKEN; without either nobody does. */
  readonly readOnlyToken?: string | undefined;
  /** False: whoever reaches it is an operator. For servers that have checked their visitors already. Default true. */
  readonly signIn?: boolean | undefined;
  /**
   * Names that it is reached by, `jobs.example.com` or `jobs.example.com:8443`, beside those of this machine to itself.
   * Default TASKWRIGHT_DASHBOARD_HOSTS, with commas between them.
   */
  readonly hosts?: readonly string[] | undefined;
  /** True: a proxy of yours sets X-Forwarded-For and X-Forwarded-Proto, and they are believed. Default false. */
  readonly trustProxy?: boolean | undefined;
  /** Heads every page. Default `Taskwright`. */
  readonly title?: string | undefined;
  /** Default: pino, JSON lines on standard output, level from LOG_LEVEL. */
  readonly logger?: Logger | undefined;
  /** A registry of prom-client, to count into what is enqueued by the form; the one of a worker in this process, if there is. Default: none. */
  readonly metrics?: Registry | undefined;
  /** `new BullMQOtel()` of bullmq-otel: what is enqueued by the form begins a trace, which its jobs carry on. Default: none. */
  readonly telemetry?: Telemetry | undefined;
}

/** The options with every default filled in. */
export interface DashboardSettings {
  readonly catalog: Catalog;
  readonly manifest: Manifest;
  readonly connection: Connection | undefined;
  /** Without a slash at its end, so that the root is empty. */
  readonly basePath: string;
  readonly credentials: Credentials;
  readonly requiresSignIn: boolean;
  readonly hosts: readonly string[];
  readonly trustsProxy: boolean;
  readonly title: string;
  readonly logger: Logger;
  readonly metrics: Registry | undefined;
  readonly telemetry: Telemetry | undefined;
}

/** Reads the options. Throws InvalidDashboardOption, and DashboardTokenMissing as `readCredentials` does. */
export function readDashboardOptions(options: DashboardOptions, env: NodeJS.ProcessEnv): DashboardSettings {
  const requiresSignIn = options.signIn ?? true;
  const tokens = {
    operator: options.token ?? env.TASKWRIGHT_DASHBOARD_TOKEN,
    viewer: options.readOnlyToken ?? env.TASKWRIGHT_DASHBOARD_READ_TOKEN,
  };
  return {
    catalog: options.catalog,
    manifest: options.manifest,
    connection: options.connection,
    basePath: readBasePath(options.basePath ?? "/"),
    credentials: readCredentials(tokens, requiresSignIn && env.NODE_ENV === "production"),
    requiresSignIn,
    hosts: options.hosts ?? readHosts(env.TASKWRIGHT_DASHBOARD_HOSTS),
    trustsProxy: options.trustProxy ?? false,
    title: options.title ?? "Taskwright",
    logger: options.logger ?? defaultLogger(),
    metrics: options.metrics,
    telemetry: options.telemetry,
  };
}

function readBasePath(path: string): string {
  if (!/^\/[\w./~-]*$/.test(path) || path.includes("//")) {
    throw new InvalidDashboardOption("basePath", "a path such as `/jobs`", JSON.stringify(path));
  }
  return path.replace(/\/$/, "");
}

function readHosts(text = ""): string[] {
  return text
    .split(",")
    .map((host) => host.trim())
    .filter((host) => host !== "");
}
