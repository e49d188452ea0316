import { stub } from "taskwright";
import type { InTimeHandler } from "../../generated/mail.js";

/** Handles `mail:in_time`. */
export const inTime: InTimeHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
