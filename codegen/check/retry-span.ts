import type { CatalogTask } from "../catalog.js";
import { waitBefore } from "../words.js";

/** What decides how long a job may live and be retried. */
export type RetriedLife = Pick<CatalogTask, "retries" | "backoff" | "timeoutMs" | "retention">;

/** The waits before all retries, in ms. Pure. */
export function waitsMs({ retries, backoff }: Pick<RetriedLife, "retries" | "backoff">): number {
  return Array.from({ length: retries }, (_, n) => waitBefore(n + 1, backoff)).reduce((sum, wait) => sum + wait, 0);
}

/**
 * From a job's first attempt until nobody can retry it any more, in ms: its attempts and the waits between them, then
 * its time in the dead letter. Pure.
 */
export function leastTtlMs(life: RetriedLife): number {
  const attemptsMs = (life.retries + 1) * life.timeoutMs.value;
  return attemptsMs + waitsMs(life) + life.retention.failed.ageMs;
}
