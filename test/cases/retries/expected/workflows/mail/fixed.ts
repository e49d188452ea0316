import { stub } from "taskwright";
import type { FixedHandler } from "../../generated/mail.js";

/** Handles `mail:fixed`. */
export const fixed: FixedHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
