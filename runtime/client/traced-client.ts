import type { Telemetry } from "bullmq";
import type { Tracing } from "../tracing/tracing.js";
import type { IdempotentTaskClient } from "./task-client.js";

/** Loads what makes spans: a process that is not traced never loads it. */
export async function loadTracing(telemetry: Telemetry): Promise<Tracing> {
  const { openTracing } = await import("../tracing/tracing.js");
  return openTracing(telemetry);
}

type AnyClient = IdempotentTaskClient<unknown, unknown>;

/** The same client, each of whose calls is a span that its jobs carry on. */
export function traced(client: AnyClient, loading: Promise<Tracing>): AnyClient {
  const { definition } = client;
  return {
    ...client,
    async enqueue(payload, options) {
      const { produce } = await loading;
      const [job] = await produce(definition, "add", async () => [await client.enqueue(payload, options)] as const);
      return job;
    },
    async enqueueMany(jobs) {
      const { produce } = await loading;
      return produce(definition, "addBulk", () => client.enqueueMany(jobs));
    },
  };
}
