import { type Check, count, fine } from "./check.js";

/** Room for the connections of workers and producers. */
export const clients: Check = {
  name: "clients",
  notOnEmbedded: "an embedded store has no connections",
  async examine({ vitals }) {
    const { clients: open, maxClients, rejectedConnections = 0 } = await vitals();
    if (open === undefined || maxClients === undefined)
      return [{ level: "skipped", found: "Redis doesn't tell how many connections it takes." }];
    const share = open / maxClients;
    const rejected =
      rejectedConnections === 0 ? "" : ` It has refused ${count(rejectedConnections, "connection")} since it started.`;
    const found = `Open connections: ${open.toLocaleString("en-US")} of at most ${maxClients.toLocaleString("en-US")}.${rejected}`;
    if (share < 0.8 && rejectedConnections === 0) return fine(found);
    return [
      {
        level: share >= 0.95 ? "error" : "warning",
        found,
        why: "A worker needs one connection, and one more for each of its queues; one that is refused runs nothing.",
        wayOut:
          "CONFIG SET maxclients higher, or look by CLIENT LIST for a program that opens connections and leaves them.",
      },
    ];
  },
};
