import { stub } from "taskwright";
import type { TidyHandler } from "../../generated/payout.js";

/** Handles `payout:tidy`. */
export const tidy: TidyHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
