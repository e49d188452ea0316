import { queuesOf } from "../../catalog.js";
import { type Check, count, type Finding, problems } from "./check.js";

/** Jobs die faster than they used to, or are about to be dropped unseen. */
export const deadLetters: Check = {
  name: "dead-letters",
  async examine({ queues, store, catalog, now }) {
    const views = await queues();
    const tasksOf = new Map(queuesOf(catalog).map(({ name, tasks }) => [name, tasks]));
    const found = await Promise.all(
      views.map(async ({ name, counts }): Promise<readonly Finding[]> => {
        const [hour, day] = await Promise.all([
          store.countEnded(name, "failed", now - 3_600_000),
          store.countEnded(name, "failed", now - 86_400_000),
        ]);
        const most = (tasksOf.get(name) ?? []).reduce((sum, task) => sum + task.retention.failed.count, 0);
        return [...growing(name, hour, day), ...nearlyFull(name, counts.dead, most)];
      }),
    );
    const dead = views.reduce((sum, { counts }) => sum + counts.dead, 0);
    return problems(
      found.flat(),
      dead === 0 ? "There are none." : `${count(dead, "dead job")} kept, and not more of late than before.`,
    );
  },
};

/** Of the last day's, more in the last hour than in two that are like the rest. */
function growing(queue: string, hour: number, day: number): readonly Finding[] {
  if (hour < 3 || hour <= (2 * day) / 24) return [];
  return [
    {
      level: "warning",
      found: `${count(hour, "job")} of ${queue} died in the last hour, of ${day.toLocaleString("en-US")} in the last day.`,
      why: "Something that their handlers need may be broken now.",
      wayOut: `taskwright dead ls --queue ${queue} --newer-than 1h shows why; when it is mended: taskwright dead retry --all --queue ${queue} --newer-than 1h`,
    },
  ];
}

function nearlyFull(queue: string, dead: number, most: number): readonly Finding[] {
  if (most === 0 || dead < most * 0.9) return [];
  return [
    {
      level: "warning",
      found: `${queue} holds ${count(dead, "dead job")} of the ${most.toLocaleString("en-US")} that its tasks keep.`,
      why: "The oldest are removed to make room, whether anybody has looked at them or not.",
      wayOut: `Retry or purge them (taskwright dead retry | purge --queue ${queue}), or raise \`retention.failed.count\`.`,
    },
  ];
}
