import { stub } from "taskwright";
import type { ProcessRepaymentHandler } from "../../generated/loan.js";

/** Collect one instalment of a loan. */
export const processRepayment: ProcessRepaymentHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
