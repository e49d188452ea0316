import type { Registry } from "prom-client";
import type { ClientMeter } from "../metrics/client-meter.js";
import type { TaskDefinition } from "../task.js";
import type { IdempotentTaskClient } from "./task-client.js";

/** Loads what counts into `registry`: a process without metrics never loads it. */
export async function loadClientMeter(registry: Registry, tasks: readonly TaskDefinition[]): Promise<ClientMeter> {
  const { openClientMeter } = await import("../metrics/client-meter.js");
  return openClientMeter(registry, tasks);
}

type AnyClient = IdempotentTaskClient<unknown, unknown>;

/** The same client, whose answers and rejections are counted. */
export function measured(client: AnyClient, loading: Promise<ClientMeter>): AnyClient {
  const { definition } = client;

  async function count<Jobs extends readonly { readonly deduplicated: boolean }[]>(call: () => Promise<Jobs>) {
    const meter = await loading;
    try {
      const jobs = await call();
      meter.answered(definition, jobs);
      return jobs;
    } catch (error) {
      meter.rejected(definition, error);
      throw error;
    }
  }

  return {
    ...client,
    async enqueue(payload, options) {
      const [job] = await count(async () => [await client.enqueue(payload, options)] as const);
      return job;
    },
    enqueueMany: (jobs) => count(() => client.enqueueMany(jobs)),
  };
}
