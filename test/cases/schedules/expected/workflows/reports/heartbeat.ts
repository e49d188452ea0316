import { stub } from "taskwright";
import type { HeartbeatHandler } from "../../generated/reports.js";

/** Handles `reports:heartbeat`. */
export const heartbeat: HeartbeatHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
