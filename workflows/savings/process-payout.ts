import { stub } from "taskwright";
import type { ProcessPayoutHandler } from "../../generated/savings.js";

/** Pay a circle's pot to the member whose turn it is. */
export const processPayout: ProcessPayoutHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
