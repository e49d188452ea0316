import { stub } from "taskwright";
import type { RemindHandler } from "../../generated/notification.js";

/** Handles `notification:remind`. */
export const remind: RemindHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
