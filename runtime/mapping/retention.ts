import type { KeepJobs } from "bullmq";
import type { Retention, TaskDefinition } from "../task.js";

type Bound = Retention["completed"];

/** BullMQ's `removeOnComplete` and `removeOnFail`. */
export interface RemovalOptions {
  readonly removeOnComplete: true | KeepJobs;
  /** False: kept. */
  readonly removeOnFail: boolean;
}

/**
 * BullMQ's removal options for a job of `task`, in a queue that holds the jobs of `tasksOfQueue`.
 *
 * BullMQ applies them to all ended jobs of the queue when one of them ends, and our workers every so many. So those of
 * completed jobs are the loosest over its tasks: a task's own age and count would remove its neighbours' jobs.
 * The janitor keeps each task's own. Dead jobs are left to the janitor alone, since BullMQ tells nobody what it removes. A
 * job of a task that keeps nothing is removed at once, which concerns that job alone. Pure.
 * Source: `retention` in the workflow file.
 */
export function planRetention(task: TaskDefinition, tasksOfQueue: readonly TaskDefinition[]): RemovalOptions {
  const { completed, failed } = task.retention;
  return {
    removeOnComplete: keepsNothing(completed) || loosest(tasksOfQueue.map((each) => each.retention.completed)),
    removeOnFail: keepsNothing(failed),
  };
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
