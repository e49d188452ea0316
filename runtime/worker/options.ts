import type { Telemetry } from "bullmq";
import type { Registry } from "prom-client";
import type { QueueOfTasks } from "../catalog.js";
import type { DispatchOrder } from "../dispatch/dispatch.js";
import { parseDuration } from "../duration.js";
import { InvalidWorkerOption } from "../errors.js";
import { defaultLogger, type Logger } from "../logger.js";
import type { ServeOptions } from "../serve/serve.js";
import { parseConnection } from "../store/connection.js";
import type { Connection } from "../store/store.js";
import type { Hooks } from "./hooks.js";
import { withJobFields } from "./job-logger.js";

/** Settings of `createWorker`. A length of time is in milliseconds, or a duration such as `30s`. */
export interface WorkerOptions {
  /** See Connection. Undefined is an error that says so, so that an environment variable can be passed as it is. */
  readonly connection: Connection | undefined;
  /** Jobs running at once in this process, over all its queues. Default 10. */
  readonly concurrency?: number | undefined;
  /**
   * Whose job a free slot takes when several queues have some: `weighted` shares the slots by the queues' weights,
   * `strict` takes from a queue only while those before it are empty. The order is by weight, the highest first, then
   * by name. Default weighted.
   */
  readonly dispatch?: DispatchOrder | undefined;
  /** Only these queues. Default: every queue that has tasks. */
  readonly queues?: readonly string[] | undefined;
  /** Default: pino, JSON lines on standard output, level from LOG_LEVEL. */
  readonly logger?: Logger | undefined;
  /** When stopping: how long running jobs may go on before they are put back. Default 8s. */
  readonly grace?: number | string | undefined;
  /** How long a job stays ours after its worker was last heard of; renewed at half. Default 30s. */
  readonly lockDuration?: number | string | undefined;
  /** How often jobs of dead workers are looked for. Default 30s. */
  readonly stalledInterval?: number | string | undefined;
  /** Workers that one job may be running in when they die, before it is dead itself. Default 3. */
  readonly maxCrashes?: number | undefined;
  /** How often the worker tells that it lives; after three that are missed it is listed no longer. Default 5s. */
  readonly heartbeat?: number | string | undefined;
  /** How long jobs may wait while a slot is free, before this worker counts as stuck and not as ready. Default 30s. */
  readonly stuckAfter?: number | string | undefined;
  /** A registry of prom-client, to count and measure into. Default: none; with `serve`, one of the worker's own. */
  readonly metrics?: Registry | undefined;
  /**
   * `new BullMQOtel()` of bullmq-otel: each attempt becomes a span of OpenTelemetry, in the trace of whoever enqueued the
   * job, and what its handler enqueues goes on in it. Default: none.
   */
  readonly telemetry?: Telemetry | undefined;
  /** Serves `/metrics`, `/healthz` and `/readyz` over HTTP while the worker runs. */
  readonly serve?: ServeOptions | undefined;
  /** How often ended jobs beyond their task's `retention` are looked for and removed. Default 1m. */
  readonly cleanInterval?: number | string | undefined;
  readonly hooks?: Hooks | undefined;
}

/** The same, checked and filled in. */
export interface WorkerSettings {
  readonly connection: Connection;
  readonly concurrency: number;
  readonly dispatch: DispatchOrder;
  readonly queues: readonly QueueOfTasks[];
  readonly logger: Logger;
  readonly graceMs: number;
  readonly lockDurationMs: number;
  readonly stalledIntervalMs: number;
  readonly maxCrashes: number;
  readonly heartbeatMs: number;
  readonly stuckAfterMs: number;
  readonly metrics: Registry | undefined;
  readonly telemetry: Telemetry | undefined;
  readonly serve: ServeOptions | undefined;
  readonly cleanIntervalMs: number;
  readonly hooks: Hooks;
}

/**
 * What `options` ask for, with the defaults filled in; `all` are the queues that have tasks.
 *
 * Throws InvalidWorkerOption or UnsupportedConnection.
 */
export function readWorkerOptions(options: WorkerOptions, all: readonly QueueOfTasks[]): WorkerSettings {
  const { connection } = options;
  parseConnection(connection);
  if (connection === undefined) throw new InvalidWorkerOption("connection", "a URL or an ioredis instance", connection);
  const queues = readQueues(options.queues, all);
  return {
    connection,
    concurrency: readWhole("concurrency", options.concurrency ?? 10, 1),
    dispatch: readDispatch(options.dispatch),
    queues,
    logger: withJobFields(options.logger ?? defaultLogger()),
    graceMs: readMs("grace", options.grace ?? 8_000, 0),
    lockDurationMs: readMs("lockDuration", options.lockDuration ?? 30_000, 100),
    stalledIntervalMs: readMs("stalledInterval", options.stalledInterval ?? 30_000, 100),
    maxCrashes: readWhole("maxCrashes", options.maxCrashes ?? 3, 0),
    heartbeatMs: readMs("heartbeat", options.heartbeat ?? 5_000, 100),
    stuckAfterMs: readMs("stuckAfter", options.stuckAfter ?? 30_000, 300),
    metrics: options.metrics,
    telemetry: options.telemetry,
    serve: readServe(options.serve),
    cleanIntervalMs: readMs("cleanInterval", options.cleanInterval ?? 60_000, 100),
    hooks: options.hooks ?? {},
  };
}

function readQueues(names: readonly string[] | undefined, all: readonly QueueOfTasks[]): readonly QueueOfTasks[] {
  const known = all.map(({ name }) => name);
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined || names?.length === 0) {
    throw new InvalidWorkerOption("queues", `some of ${known.join(", ")}`, unknown ?? names);
  }
  return names === undefined ? all : all.filter(({ name }) => names.includes(name));
}

function readDispatch(order: DispatchOrder | undefined): DispatchOrder {
  if (order === undefined || order === "weighted" || order === "strict") return order ?? "weighted";
  throw new InvalidWorkerOption("dispatch", "weighted or strict", order);
}

function readServe(serve: ServeOptions | undefined): ServeOptions | undefined {
  if (serve === undefined) return undefined;
  if (Number.isInteger(serve.port) && serve.port >= 0 && serve.port < 2 ** 16) return serve;
  throw new InvalidWorkerOption("serve.port", "a whole number from 0 to 65535", serve.port);
}

function readWhole(option: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new InvalidWorkerOption(option, `a whole number from ${least}`, value);
}

function readMs(option: string, value: number | string, leastMs: number): number {
  const milliseconds = typeof value === "string" ? parseDuration(value) : value;
  if (milliseconds !== undefined && milliseconds >= leastMs && milliseconds < 2 ** 31) return milliseconds;
  throw new InvalidWorkerOption(option, `milliseconds or a duration such as 30s, from ${leastMs} ms`, value);
}
