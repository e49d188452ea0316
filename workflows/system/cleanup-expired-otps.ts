import { stub } from "taskwright";
import type { CleanupExpiredOtpsHandler } from "../../generated/system.js";

/** Delete one-time passwords that have expired. */
export const cleanupExpiredOtps: CleanupExpiredOtpsHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
