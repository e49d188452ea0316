import { stub } from "taskwright";
import type { ExponentialHandler } from "../../generated/mail.js";

/** Handles `mail:exponential`. */
export const exponential: ExponentialHandler = stub;
// Put your function in place of `stub`: async (_payload, job) => { … }
// Until then the jobs of this task wait in their queue.
