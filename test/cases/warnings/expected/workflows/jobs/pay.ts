import { stub } from "taskwright";
import type { PayHandler } from "../../generated/jobs.js";

/** Handles `jobs:pay`. */
export const pay: PayHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
