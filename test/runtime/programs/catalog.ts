import { type Catalog, defineTask } from "taskwright";

const definition = {
  version: 1,
  retries: 0,
  backoff: { type: "fixed", delayMs: 1, maxMs: 1, jitter: 0 },
  timeoutMs: 60_000,
  retention: { completed: { ageMs: 86_400_000, count: 1_000 }, failed: { ageMs: 86_400_000, count: 1_000 } },
} as const;

/** The project of the programs that tests start; its queue is named by QUEUE. */
export function catalogOf(queue: string) {
  const hold = defineTask<{ forMs: number }>({
    ...definition,
    name: "w:hold",
    queue,
    payload: (value) => typeof value === "object",
  });
  return { queues: { [queue]: { weight: 1 } }, workflows: { w: { hold } } } as const satisfies Catalog;
}

export const catalog = catalogOf(process.env.QUEUE ?? "");
