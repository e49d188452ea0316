import { stub } from "taskwright";
import type { ProcessContributionHandler } from "../../generated/savings.js";

/** Debit a member's wallet for a contribution. */
export const processContribution: ProcessContributionHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
