import { stub } from "taskwright";
import type { RoundHandler } from "../../generated/ledger.js";

/** Handles `ledger:round`. */
export const round: RoundHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
