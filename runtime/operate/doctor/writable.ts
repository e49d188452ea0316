import { type Check, fine } from "./check.js";

/** A replica answers questions and refuses jobs. */
export const writable: Check = {
  name: "writable",
  notOnEmbedded: "an embedded store has no replicas",
  async examine({ vitals }) {
    if (!(await vitals()).isReplica) return fine("This Redis takes writes: it is no replica.");
    return [
      {
        level: "error",
        found: "This Redis is a replica, which takes no writes.",
        why: "Every enqueue is refused with READONLY, and workers can take no job.",
        wayOut: "Connect to the primary: its address is `master_host` of `INFO replication`.",
      },
    ];
  },
};
