import { moveMoney } from "../../demo/move-money.js";
import type { EscrowReleaseHandler } from "../../generated/gig.js";

/** Release the escrow of a finished gig to the worker. */
export const escrowRelease: EscrowReleaseHandler = async (payload, job) => {
  const { reference, contract_id, worker_id, amount } = payload;
  await job.log(`Released by ${payload.released_by}.`);
  return moveMoney({ reference, from: `escrow:${contract_id}`, to: `wallet:${worker_id}`, kobo: amount }, job);
};
