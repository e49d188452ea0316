import { stub } from "taskwright";
import type { ReportHandler } from "../../generated/jobs.js";

/** Handles `jobs:report`. */
export const report: ReportHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
