import { type Check, fine } from "./check.js";

/** BullMQ's scripts need commands of Redis 6.2. */
export const redisVersion: Check = {
  name: "redis-version",
  notOnEmbedded: "an embedded store is no Redis",
  async examine({ vitals }) {
    const { version } = await vitals();
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major > 6 || (major === 6 && minor >= 2)) return fine(`Redis ${version}; 6.2 or later is needed.`);
    return [
      {
        level: "error",
        found: `Redis is ${version}, and 6.2 or later is needed.`,
        why: "BullMQ's scripts use commands that it lacks: jobs fail to be added or taken, some only in rare cases.",
        wayOut: "Upgrade Redis; 7.0 or later is what is tested.",
      },
    ];
  },
};
