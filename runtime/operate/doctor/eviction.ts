import { type Check, fine } from "./check.js";

/** A Redis that makes room by itself throws jobs away. */
export const eviction: Check = {
  name: "eviction",
  notOnEmbedded: "an embedded store throws nothing away",
  async examine({ vitals }) {
    const { maxMemoryPolicy: policy, maxMemoryBytes } = await vitals();
    if (policy === undefined) return [{ level: "skipped", found: "Redis doesn't tell its maxmemory-policy." }];
    if (policy === "noeviction")
      return fine("maxmemory-policy is noeviction: a full Redis refuses and throws nothing away.");
    const wayOut =
      "CONFIG SET maxmemory-policy noeviction, and the same in redis.conf; a cache belongs in another Redis.";
    if (maxMemoryBytes === undefined) {
      return [
        {
          level: "warning",
          found: `maxmemory-policy is ${policy}; without a maxmemory it does nothing yet.`,
          why: "As soon as somebody sets a limit, a full Redis throws jobs and half of their keys away.",
          wayOut,
        },
      ];
    }
    return [
      {
        level: "error",
        found: `maxmemory-policy is ${policy}.`,
        why: "A full Redis throws keys away to make room: jobs vanish without a trace, or lose their data and can't run.",
        wayOut,
      },
    ];
  },
};
