import { stub } from "taskwright";
import type { PushHandler } from "../../generated/notification.js";

/** Handles `notification:push`. */
export const push: PushHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
