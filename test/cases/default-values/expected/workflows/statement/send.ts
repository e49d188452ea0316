import { stub } from "taskwright";
import type { SendHandler } from "../../generated/statement.js";

/** Handles `statement:send`. */
export const send: SendHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
