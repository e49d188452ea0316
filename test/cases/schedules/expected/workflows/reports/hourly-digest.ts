import { stub } from "taskwright";
import type { HourlyDigestHandler } from "../../generated/reports.js";

/** Handles `reports:hourly_digest`. */
export const hourlyDigest: HourlyDigestHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
