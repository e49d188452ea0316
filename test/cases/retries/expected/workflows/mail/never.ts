import { stub } from "taskwright";
import type { NeverHandler } from "../../generated/mail.js";

/** Handles `mail:never`. */
export const never: NeverHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
