import { record } from "../../demo/ledger.js";
import type { CleanupExpiredOtpsHandler } from "../../generated/system.js";

/** Delete one-time passwords that have expired. */
export const cleanupExpiredOtps: CleanupExpiredOtpsHandler = async (_payload, job) => {
  const deleted = 42;
  record({ kind: "chore", name: "one-time passwords deleted", count: deleted });
  await job.log(`${deleted} deleted.`);
};
