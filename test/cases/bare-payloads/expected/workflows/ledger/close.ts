import { stub } from "taskwright";
import type { CloseHandler } from "../../generated/ledger.js";

/** Handles `ledger:close`. */
export const close: CloseHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
