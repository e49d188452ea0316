import { stub } from "taskwright";
import type { ContributionReminderHandler } from "../../generated/savings.js";

/** Remind a member that a contribution is due. */
export const contributionReminder: ContributionReminderHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
