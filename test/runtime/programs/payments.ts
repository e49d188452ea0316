import type { Catalog, Idempotency, IdempotentTaskDefinition } from "taskwright";

/** The project of `pay`: one payment task, whose key lapses soon after its worker has died. */
export function paymentsOf(queue: string, onUncertain: Idempotency["onUncertain"]) {
  const pay: IdempotentTaskDefinition<{ reference: string }, { receipt: string }> = {
    name: "w:pay",
    queue,
    version: 1,
    retries: 0,
    backoff: { type: "fixed", delayMs: 1, maxMs: 1, jitter: 0 },
    timeoutMs: 60_000,
    retention: { completed: { ageMs: 86_400_000, count: 1_000 }, failed: { ageMs: 86_400_000, count: 1_000 } },
    payload: (value) => typeof value === "object",
    result: (value) => typeof value === "object",
    idempotency: { key: ["reference"], ttlMs: 3_600_000, leaseMs: 1_200, onDuplicate: "result", onUncertain },
  };
  return { queues: { [queue]: { weight: 1 } }, workflows: { w: { pay } } } as const satisfies Catalog;
}
