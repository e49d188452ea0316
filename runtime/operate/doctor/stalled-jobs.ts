import { type Check, count, list, problems } from "./check.js";

/** Jobs whose worker died. */
export const stalledJobs: Check = {
  name: "stalled-jobs",
  async examine({ inspector, manifest, workers, isEmbedded }) {
    const queues = await Promise.all(
      Object.keys(manifest.queues).map(async (name) => ({ name, ...(await inspector.abandoned(name)) })),
    );
    const isWatched = isEmbedded || (await workers()).length > 0;
    const lookedAt = queues.reduce((sum, queue) => sum + queue.lookedAt, 0);
    return problems(
      queues
        .filter(({ ids }) => ids.length > 0)
        .map(({ name, ids }) => ({
          level: isWatched ? "warning" : "error",
          found: `${count(ids.length, "job")} of ${name} running for nobody, since no worker holds it: ${list(ids)}.`,
          why: isWatched
            ? "Their worker died or is out of touch. Another one puts them back within its stalledInterval (30 s by default), using no retry."
            : "Their worker died, and there is no other one that would put them back.",
          wayOut: isWatched
            ? "Wait for that. When they are still here after a minute, look into the workers' log."
            : "Start `taskwright worker`: it puts them back, using no retry.",
        })),
      lookedAt === 0 ? "No job is running." : `Each of ${count(lookedAt, "running job")} is held by a worker.`,
    );
  },
};
