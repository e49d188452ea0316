import { moveMoney } from "../../demo/move-money.js";
import type { ProcessRepaymentHandler } from "../../generated/loan.js";

/** Collect one instalment of a loan. */
export const processRepayment: ProcessRepaymentHandler = (payload, job) => {
  const { reference, borrower_id, loan_id, amount, penalty = 0 } = payload;
  return moveMoney({ reference, from: `wallet:${borrower_id}`, to: `loan:${loan_id}`, kobo: amount + penalty }, job);
};
