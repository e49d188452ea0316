import { type Job, SkipRetry } from "taskwright";
import { AccountClosed, type BankReceipt, type Transfer, transfer } from "./outside-world.js";

/** Moves money at the bank; a closed account ends the job at once, since no retry would open it. */
export async function moveMoney(order: Transfer, job: Job): Promise<BankReceipt> {
  try {
    return await transfer(order, job.signal);
  } catch (cause) {
    if (cause instanceof AccountClosed) throw new SkipRetry("The account is closed.", { cause });
    throw cause;
  }
}
