import type { Telemetry } from "bullmq";
import type { Registry } from "prom-client";
import { queuesOf, tasksOf } from "../catalog.js";
import { defaultLogger, type Logger } from "../logger.js";
import { parseConnection } from "../store/connection.js";
import type { Connection } from "../store/store.js";
import type { Catalog, IdempotentTaskDefinition, TaskDefinition } from "../task.js";
import { bindTask } from "./bind-task.js";
import { loadClientMeter, measured } from "./measured-client.js";
import { openProducer, type Producer } from "./producer.js";
import type { IdempotentTaskClient, TaskClient } from "./task-client.js";
import { loadTracing, traced } from "./traced-client.js";

/** Settings of `createTasks`. */
export interface TasksOptions {
  /** See Connection. Undefined is an error that says so, so that an environment variable can be passed as it is. */
  readonly connection: Connection | undefined;
  /** Default: pino, JSON lines on standard output, level from LOG_LEVEL. */
  readonly logger?: Logger | undefined;
  /** A registry of prom-client, to count into what is enqueued. Default: none. */
  readonly metrics?: Registry | undefined;
  /** `new BullMQOtel()` of bullmq-otel: each call becomes a span of OpenTelemetry, which its jobs carry on. Default: none. */
  readonly telemetry?: Telemetry | undefined;
}

/** The end of a client's life. */
export interface TasksLifetime {
  /** Closes the connections that this client opened; later calls reject with AlreadyClosed. */
  close(): Promise<void>;
}

/** A client for every task of a catalog, by workflow and task. */
export type TasksOf<C extends Catalog> = {
  readonly [W in keyof C["workflows"]]: {
    readonly [T in keyof C["workflows"][W]]: ClientOf<C["workflows"][W][T]>;
  };
};

type ClientOf<Definition> =
  Definition extends IdempotentTaskDefinition<infer Payload, infer Result>
    ? IdempotentTaskClient<Payload, Result>
    : Definition extends TaskDefinition<infer Payload, infer Result>
      ? TaskClient<Payload, Result>
      : never;

/**
 * A client for every task of `catalog`.
 *
 * BullMQ and ioredis are loaded meanwhile; nothing is opened before the first job. Throws UnsupportedConnection at once
 * when the connection cannot be one.
 */
export function createTasks<const C extends Catalog>(catalog: C, options: TasksOptions): TasksOf<C> & TasksLifetime {
  parseConnection(options.connection);
  const producer = openProducer(options.connection, options.logger ?? defaultLogger(), options.telemetry);
  const metrics = options.metrics && Promise.resolve(options.metrics);
  // The mapped type follows the catalog's own keys, which the object has too; TypeScript cannot see that.
  return { ...bindCatalog(catalog, producer, metrics), close: () => producer.close() } as TasksOf<C> & TasksLifetime;
}

/** The client of every task, by workflow and task; what they enqueue is counted into `metrics`, and traced if `producer` is. */
export function bindCatalog(catalog: Catalog, producer: Producer, metrics?: Promise<Registry>) {
  const meter = metrics?.then((registry) => loadClientMeter(registry, tasksOf(catalog)));
  // Told to whoever enqueues.
  meter?.catch(() => undefined);
  const tracing = producer.telemetry && loadTracing(producer.telemetry);
  const tasksByQueue = new Map(queuesOf(catalog).map(({ name, tasks }) => [name, tasks]));
  return mapValues(catalog.workflows, (workflow) =>
    mapValues(workflow, (task) => {
      const bound = bindTask(task, tasksByQueue.get(task.queue) ?? [task], producer);
      const client = tracing === undefined ? bound : traced(bound, tracing);
      return meter === undefined ? client : measured(client, meter);
    }),
  );
}

/** The same keys with other values. */
export function mapValues<Value, Mapped>(record: Readonly<Record<string, Value>>, map: (value: Value) => Mapped) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
