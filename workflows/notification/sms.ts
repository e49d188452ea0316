import { stub } from "taskwright";
import type { SmsHandler } from "../../generated/notification.js";

/** Send a text message. */
export const sms: SmsHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
