import { stub } from "taskwright";
import type { CreditScoreBatchHandler } from "../../generated/system.js";

/** Recompute every member's credit score. */
export const creditScoreBatch: CreditScoreBatchHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
