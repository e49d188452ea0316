import { moveMoney } from "../../demo/move-money.js";
import type { ProcessContributionHandler } from "../../generated/savings.js";

/** Debit a member's wallet for a contribution. */
export const processContribution: ProcessContributionHandler = ({ reference, user_id, circle_id, amount }, job) =>
  moveMoney({ reference, from: `wallet:${user_id}`, to: `circle:${circle_id}`, kobo: amount }, job);
