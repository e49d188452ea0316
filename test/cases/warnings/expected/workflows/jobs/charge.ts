import { stub } from "taskwright";
import type { ChargeHandler } from "../../generated/jobs.js";

/** Handles `jobs:charge`. */
export const charge: ChargeHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
