import { record } from "../../demo/ledger.js";
import type { CreditScoreBatchHandler } from "../../generated/system.js";

const members = 500;
const batchSize = 100;

/** Recompute every member's credit score. */
export const creditScoreBatch: CreditScoreBatchHandler = async (_payload, job) => {
  for (let done = 0; done < members; done += batchSize) {
    job.signal.throwIfAborted();
    record({ kind: "chore", name: "credit scores recomputed", count: batchSize });
    await job.progress(Math.round(((done + batchSize) / members) * 100));
  }
};
