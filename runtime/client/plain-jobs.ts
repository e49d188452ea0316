import { planJobOptions } from "../mapping/job-options.js";
import type { AddPrepared } from "../store/prepared-jobs.js";
import type { TaskDefinition } from "../task.js";
import { type EnqueueOptions, readEnqueueOptions } from "./enqueue-options.js";
import type { Producer } from "./producer.js";

/** What adds the jobs of one task that are as its file declares them; undefined where there is no such way. */
export type PlainJobs = () => Promise<AddPrepared | undefined>;

/**
 * A fast way for the jobs of `task` that have no options of their own; undefined when every job is
 * different: by a deadline, which is a time, by `unique`, which is a value of the payload, or by the trace that it carries.
 *
 * Opened with the first job. What failed is tried again by the next.
 */
export function openPlainJobs(
  task: TaskDefinition,
  tasksOfQueue: readonly TaskDefinition[],
  producer: Producer,
): PlainJobs | undefined {
  if (task.deadlineMs !== undefined || task.unique !== undefined || producer.telemetry !== undefined) return undefined;
  let opening: Promise<AddPrepared | undefined> | undefined;
  return () => {
    if (opening === undefined) {
      const settings = readEnqueueOptions(task, {}, 0);
      const mine = producer.prepare(task.queue, task.name, planJobOptions(task, tasksOfQueue, settings));
      mine.catch(() => {
        opening = undefined;
      });
      opening = mine;
    }
    return opening;
  };
}

/** Whether nothing is asked for one job alone. */
export function isPlain(options: EnqueueOptions): boolean {
  for (const name in options) if (name !== "payload") return false;
  return true;
}
