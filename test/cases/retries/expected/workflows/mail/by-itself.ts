import { stub } from "taskwright";
import type { ByItselfHandler } from "../../generated/mail.js";

/** Handles `mail:by_itself`. */
export const byItself: ByItselfHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
