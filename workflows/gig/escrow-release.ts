import { stub } from "taskwright";
import type { EscrowReleaseHandler } from "../../generated/gig.js";

/** Release the escrow of a finished gig to the worker. */
export const escrowRelease: EscrowReleaseHandler = stub;
// Put your function in place of `stub`: async (payload, job) => { … }
// Until then the jobs of this task wait in their queue.
