import { type Check, count, problems } from "./check.js";
import { byTask, isLive } from "./survey-jobs.js";

/** Jobs whose task was renamed or removed, or is in a newer deployment alone. */
export const unknownTasks: Check = {
  name: "unknown-tasks",
  async examine({ survey }) {
    const { tallies, depth } = await survey();
    const unknown = byTask(tallies.filter((tally) => isLive(tally) && tally.contract === "undeclared"));
    return problems(
      unknown.map(({ queue, task, count: n }) => ({
        level: "warning",
        found: `${count(n, "job")} in ${queue} with the name ${JSON.stringify(task)}, which no task has.`,
        why: "They wait, using no attempt, for a worker that knows it; when the task was removed for good, for ever.",
        wayOut: `Deploy the workers that have it, or declare the task again until its jobs have run; else: taskwright jobs cancel --all --task ${task}`,
      })),
      `The first ${depth} jobs of each state carry names of declared tasks.`,
    );
  },
};
