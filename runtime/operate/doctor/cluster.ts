import { type Check, fine, list } from "./check.js";

/** A connection to one node of a cluster sees a part of the queues. */
export const cluster: Check = {
  name: "cluster",
  notOnEmbedded: "an embedded store is one database",
  async examine({ vitals, inspector, manifest }) {
    const names = Object.keys(manifest.queues);
    if (!(await vitals()).isCluster)
      return fine(
        "One Redis has all queues; their keys carry a hash tag each, so a move to a cluster would rename none.",
      );
    const elsewhere = await inspector.elsewhere(names);
    if (elsewhere.length > 0) {
      return [
        {
          level: "error",
          found: `This is a node of a Redis Cluster, and the keys of ${list(elsewhere)} are on another one.`,
          why: "A connection goes to this node alone: their jobs can be neither enqueued nor run (MOVED).",
          wayOut: "Use a single Redis (with replicas), or a proxy in front of the cluster that follows MOVED.",
        },
      ];
    }
    return [
      {
        level: "warning",
        found: "This is a node of a Redis Cluster that has the keys of all queues now.",
        why: "When its slots move to another node, the queues become unreachable: a connection doesn't follow them.",
        wayOut: "Use a single Redis (with replicas), or a proxy in front of the cluster that follows MOVED.",
      },
    ];
  },
};
