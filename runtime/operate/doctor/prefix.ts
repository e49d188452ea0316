import { type Check, list, problems } from "./check.js";

/** Somebody enqueues with BullMQ alone, where no worker of ours looks. */
export const prefix: Check = {
  name: "prefix",
  notOnEmbedded: "an embedded store has no prefixes",
  async examine({ inspector, manifest }) {
    const names = Object.keys(manifest.queues);
    const isThere = await Promise.all(names.map((name) => inspector.underDefaultPrefix(name)));
    const found = names.filter((_, n) => isThere[n]);
    return problems(
      found.length === 0
        ? []
        : [
            {
              level: "warning",
              found: `Another program uses BullMQ's own prefix \`bull\` for ${list(found)}.`,
              why: "If it means these queues, nobody here sees its jobs: ours are under `{taskwright:<queue>}`.",
              wayOut:
                'Enqueue through the generated client, or give that program\'s Queue the option `prefix: "{taskwright:<queue>}"`.',
            },
          ],
      "No queue's name is also in use under BullMQ's own prefix.",
    );
  },
};
