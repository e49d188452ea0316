import type { KeepJobs } from "bullmq";
import type { Retention, TaskDefinition } from "../task.js";

type Bound = Retention["completed"];

/** BullMQ's `removeOnComplete` and `removeOnFail`. */
export interface RemovalOptions {
  readonly removeOnComplete: true | KeepJobs;
  readonly removeOnFail: true | KeepJobs;
}

/**
 * BullMQ's removal options for a job of `task`, in a queue that holds the jobs of `tasksOfQueue`.
 *
 * BullMQ applies them to all ended jobs of the queue whenever one of them ends, so these are the loosest over its
 * tasks: a task's own age and count would remove its neighbours' jobs. The janitor keeps each task's own. A task
 * that keeps nothing is removed at once, which concerns that job alone. Pure.
 * Source: `retention` in the workflow file.
 */
export function planRetention(task: TaskDefinition, tasksOfQueue: readonly TaskDefinition[]): RemovalOptions {
  const plan = (outcome: keyof Retention) =>
    keepsNothing(task.retention[outcome]) || loosest(tasksOfQueue.map((each) => each.retention[outcome]));
  return { removeOnComplete: plan("completed"), removeOnFail: plan("failed") };
}

function loosest(bounds: readonly Bound[]): KeepJobs {
  const kept = bounds.filter((bound) => !keepsNothing(bound));
  return {
    age: Math.ceil(Math.max(...kept.map((bound) => bound.ageMs)) / 1_000),
    count: kept.reduce((sum, bound) => sum + bound.count, 0),
  };
}

/** Whether a job is removed as soon as it has ended so. */
export function keepsNothing(bound: Bound): boolean {
  return bound.count === 0 || bound.ageMs === 0;
}
