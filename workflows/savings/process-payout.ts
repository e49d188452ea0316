import { moveMoney } from "../../demo/move-money.js";
import type { ProcessPayoutHandler } from "../../generated/savings.js";

/** Pay a circle's pot to the member whose turn it is. */
export const processPayout: ProcessPayoutHandler = ({ reference, circle_id, recipient_id, amount }, job) =>
  moveMoney({ reference, from: `circle:${circle_id}`, to: `wallet:${recipient_id}`, kobo: amount }, job);
