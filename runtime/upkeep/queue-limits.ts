import type { StoreQueue } from "../store/queue.js";
import type { QueueDefinition } from "../task.js";

/**
 * Makes the limits of a queue, over all its workers, what the workflow files declare. A limit that is declared no
 * longer is lifted, also one that somebody has set by hand.
 */
export async function applyQueueLimits(queue: StoreQueue, { concurrency, rateLimit }: QueueDefinition): Promise<void> {
  await Promise.all([
    concurrency === undefined ? queue.removeGlobalConcurrency() : queue.setGlobalConcurrency(concurrency),
    rateLimit === undefined ? queue.removeGlobalRateLimit() : queue.setGlobalRateLimit(rateLimit.max, rateLimit.perMs),
  ]);
}
