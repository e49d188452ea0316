import { stub } from "taskwright";
import type { PayOutHandler } from "../../generated/payout.js";

/** Pay a member out. */
export const payOut: PayOutHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
