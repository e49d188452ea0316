import { queuesOf } from "../../catalog.js";
import { keepsNothing } from "../../mapping/retention.js";
import { type Check, count, type Finding, list, type Patient, problems } from "./check.js";
import { byTask, type JobTally } from "./survey-jobs.js";

/** Ended jobs are kept as long as declared, neither for ever nor not at all. */
export const retention: Check = {
  name: "retention",
  async examine(patient) {
    const { tallies } = await patient.survey();
    const forEver = byTask(tallies.filter(({ isKeptForEver }) => isKeptForEver));
    return problems(
      [...forEver.map(neverRemoved), ...(await tooMany(patient)), ...leavingNoTrace(patient)],
      "Ended jobs are kept as long as their tasks say, and no longer.",
    );
  },
};

function neverRemoved({ queue, task, count: n, exampleId }: JobTally): Finding {
  return {
    level: "warning",
    found: `${count(n, "job")} in ${queue} named ${JSON.stringify(task)}, with no word on when to remove it (job ${exampleId}).`,
    why: "BullMQ keeps such a job for ever once it has ended. Another program than the generated client enqueued them.",
    wayOut: "Enqueue through the generated client, or give that program's jobs `removeOnComplete` and `removeOnFail`.",
  };
}

/** More than all tasks together may keep: nobody cleans. */
async function tooMany({ catalog, queues }: Patient): Promise<readonly Finding[]> {
  const tasksOf = new Map(queuesOf(catalog).map(({ name, tasks }) => [name, tasks]));
  return (await queues()).flatMap(({ name, counts }): Finding[] => {
    const tasks = tasksOf.get(name) ?? [];
    const most = tasks.reduce((sum, task) => sum + task.retention.completed.count, 0);
    if (tasks.length === 0 || counts.completed <= most * 1.5 + 100) return [];
    return [
      {
        level: "warning",
        found: `${name} keeps ${count(counts.completed, "completed job")}, where its tasks keep ${most.toLocaleString("en-US")}.`,
        why: "Workers remove what is over, every minute, and none of them does: memory grows.",
        wayOut:
          "Start `taskwright worker` for this queue, or remove them: taskwright jobs rm --all --state completed --queue " +
          name,
      },
    ];
  });
}

function leavingNoTrace({ catalog }: Patient): readonly Finding[] {
  const tasks = queuesOf(catalog).flatMap((queue) => queue.tasks.filter((task) => keepsNothing(task.retention.failed)));
  if (tasks.length === 0) return [];
  return [
    {
      level: "warning",
      found: `${list(tasks.map(({ name }) => name))}: a job that failed for good is removed at once.`,
      why: "Nothing is left to look at or to retry.",
      wayOut: "Give `retention.failed` an age and a count above 0.",
    },
  ];
}
