import { stub } from "taskwright";
import type { PaydayHandler } from "../../generated/reports.js";

/** Handles `reports:payday`. */
export const payday: PaydayHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
