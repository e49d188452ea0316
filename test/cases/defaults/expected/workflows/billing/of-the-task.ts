import { stub } from "taskwright";
import type { OfTheTaskHandler } from "../../generated/billing.js";

/** Handles `billing:of_the_task`. */
export const ofTheTask: OfTheTaskHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
