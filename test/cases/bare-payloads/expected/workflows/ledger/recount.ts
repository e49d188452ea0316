import { stub } from "taskwright";
import type { RecountHandler } from "../../generated/ledger.js";

/** Handles `ledger:recount`. */
export const recount: RecountHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
