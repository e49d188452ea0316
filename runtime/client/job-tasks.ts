import type { Registry } from "prom-client";
import type { Catalog } from "../task.js";
import { bindCatalog, mapValues } from "./create-tasks.js";
import { inheritHeaders } from "./inherit-headers.js";
import type { Producer } from "./producer.js";

/** The clients that handlers enqueue with. */
export interface JobTasks {
  /** Clients of every task, whose jobs carry `headers` unless a call says otherwise. */
  withHeaders(headers: Readonly<Record<string, string>>): object;
  close(): Promise<void>;
}

/**
 * Clients on a connection of their own, opened with the first job: a worker's own connections wait for ever while Redis
 * is away, and a handler should learn of it within a second.
 */
export function openJobTasks(catalog: Catalog, producer: Producer, metrics: Promise<Registry> | undefined): JobTasks {
  let clients: ReturnType<typeof bindCatalog> | undefined;
  return {
    withHeaders(headers) {
      clients ??= bindCatalog(catalog, producer, metrics);
      if (Object.keys(headers).length === 0) return clients;
      return mapValues(clients, (workflow) => mapValues(workflow, (client) => inheritHeaders(client, headers)));
    },
    close: () => producer.close(),
  };
}
