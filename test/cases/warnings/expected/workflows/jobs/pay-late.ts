import { stub } from "taskwright";
import type { PayLateHandler } from "../../generated/jobs.js";

/** Handles `jobs:pay_late`. */
export const payLate: PayLateHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
