import { stub } from "taskwright";
import type { OfTheQueueHandler } from "../../generated/billing.js";

/** Handles `billing:of_the_queue`. */
export const ofTheQueue: OfTheQueueHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
