import { send } from "../../demo/outside-world.js";
import type { ContributionReminderHandler } from "../../generated/savings.js";

/** Remind a member that a contribution is due. */
export const contributionReminder: ContributionReminderHandler = async (payload, job) => {
  const naira = (payload.amount / 100).toLocaleString("en-NG", { minimumFractionDigits: 2 });
  const due = payload.due_date.slice(0, 10);
  const nth = payload.reminder_number === 1 ? "" : ` (reminder ${payload.reminder_number})`;
  await send("push", payload.user_id, `Your contribution of ₦${naira} is due on ${due}${nth}.`, job.signal);
};
