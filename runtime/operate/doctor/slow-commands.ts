import { type Check, count, fine, list } from "./check.js";

/** Redis does one thing at a time: what is slow holds up every worker. */
export const slowCommands: Check = {
  name: "slow-commands",
  notOnEmbedded: "an embedded store keeps no list of them",
  async examine({ inspector }) {
    const noted = await inspector.slowCommands();
    if (noted === undefined) return [{ level: "skipped", found: "This user may not ask for SLOWLOG." }];
    const slow = noted.filter(({ durationMs }) => durationMs >= leastMs);
    if (slow.length === 0)
      return fine(`No command took ${leastMs} ms or longer in the last hour, as far as Redis noted.`);
    const names = [...new Set(slow.map(({ command }) => command))];
    const longest = Math.round(slow[0]?.durationMs ?? 0);
    return [
      {
        level: "warning",
        found: `${count(slow.length, "command")} of the last hour took ${leastMs} ms or longer: ${list(names)}, the longest ${longest} ms.`,
        why: "Redis does one thing at a time: meanwhile no job is taken, no lock renewed, and no outcome recorded.",
        wayOut:
          "SLOWLOG GET shows them with their arguments. KEYS, FLUSHALL and scripts over large sets belong elsewhere.",
      },
    ];
  },
};

const leastMs = 100;
