import type { Registry } from "prom-client";
import { errorCode, InvalidPayload } from "../errors.js";
import type { TaskDefinition } from "../task.js";
import { metricsIn } from "./metric-set.js";

/** Counts what the clients of a project enqueue. */
export interface ClientMeter {
  /** Answers to jobs of `task`. */
  answered(task: TaskDefinition, jobs: readonly { readonly deduplicated: boolean }[]): void;
  /** A call for jobs of `task` was rejected. */
  rejected(task: TaskDefinition, error: unknown): void;
}

/** A meter into `registry`. */
export function openClientMeter(registry: Registry, tasks: readonly TaskDefinition[]): ClientMeter {
  const { enqueued, deduplicated, invalid, refused } = metricsIn(registry).clients();
  // From nought on, so that the first one is an increase.
  for (const task of tasks) for (const counter of [enqueued, deduplicated, invalid]) counter.inc(labelsOf(task), 0);
  return {
    answered(task, jobs) {
      const twins = jobs.filter((job) => job.deduplicated).length;
      enqueued.inc(labelsOf(task), jobs.length - twins);
      deduplicated.inc(labelsOf(task), twins);
    },
    rejected(task, error) {
      if (error instanceof InvalidPayload) invalid.inc(labelsOf(task));
      else refused.inc({ ...labelsOf(task), reason: reasons.get(errorCode(error)) ?? "other" });
    },
  };
}

const reasons: ReadonlyMap<string | undefined, string> = new Map([
  ["TASKWRIGHT_REDIS_UNAVAILABLE", "unavailable"],
  ["TASKWRIGHT_INVALID_ENQUEUE_OPTION", "invalid_option"],
  ["TASKWRIGHT_ALREADY_CLOSED", "closed"],
]);

function labelsOf({ name, queue }: TaskDefinition): { readonly task: string; readonly queue: string } {
  return { task: name, queue };
}
