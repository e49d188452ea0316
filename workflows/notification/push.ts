import { stub } from "taskwright";
import type { PushHandler } from "../../generated/notification.js";

/** Send a push notification to a member's phones. */
export const push: PushHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
