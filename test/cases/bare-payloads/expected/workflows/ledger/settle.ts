import { stub } from "taskwright";
import type { SettleHandler } from "../../generated/ledger.js";

/** Handles `ledger:settle`. */
export const settle: SettleHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
