import { stub } from "taskwright";
import type { WriteStatementHandler } from "../../generated/payout.js";

/** Handles `payout:write_statement`. */
export const writeStatement: WriteStatementHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
