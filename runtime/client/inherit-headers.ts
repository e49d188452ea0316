import type { EnqueueOptions } from "./enqueue-options.js";
import type { TaskClient } from "./task-client.js";

/** The same client, whose jobs carry `headers` unless a call gives one of the same name. */
export function inheritHeaders(
  client: TaskClient<unknown, unknown>,
  headers: Readonly<Record<string, string>>,
): TaskClient<unknown, unknown> {
  return {
    ...client,
    enqueue: (payload, options) => client.enqueue(payload, { ...options, ...merged(options) }),
    enqueueMany: (jobs) => client.enqueueMany(jobs.map((job) => ({ ...job, ...merged(job) }))),
  };

  /** What is no object stays as it is, and is refused as ever. */
  function merged(options: EnqueueOptions | undefined): EnqueueOptions {
    const own = options?.headers;
    return own === undefined || (typeof own === "object" && own !== null) ? { headers: { ...headers, ...own } } : {};
  }
}
