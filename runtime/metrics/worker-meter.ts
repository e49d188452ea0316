import type { Registry } from "prom-client";
import { queuesOf, tasksOf } from "../catalog.js";
import type { DispatchEvents } from "../dispatch/dispatch.js";
import type { StoreJob } from "../store/queue.js";
import { type Catalog, isIdempotent } from "../task.js";
import type { KeyEvent } from "../worker/effect-guard.js";
import type { AttemptEvent, Hooks } from "../worker/hooks.js";
import type { Postponement } from "../worker/postponement.js";
import { reasonOf } from "./failure-reason.js";
import { metricsIn } from "./metric-set.js";

/** Counts and measures what one worker does. None of it throws. */
export interface WorkerMeter {
  /** To be called beside the user's own. */
  readonly hooks: Required<Hooks>;
  readonly events: Required<Pick<DispatchEvents, "locksRenewed" | "recovered">>;
  /** A job was left to another worker. */
  postponed(job: StoreJob, queue: string, why: Postponement): void;
  /** Of the idempotency key of a job. */
  key(job: StoreJob, queue: string, event: KeyEvent): void;
}

/** A meter into `registry` for a worker that serves `served` of `catalog`. */
export function openWorkerMeter(registry: Registry, catalog: Catalog, served: readonly string[]): WorkerMeter {
  const { started, completed, failed, retried, dead, postponed, skipped, keys, recovered, renewals, duration, wait } =
    metricsIn(registry).attempts();
  const known = new Set(tasksOf(catalog).map(({ name }) => name));
  // From nought on, so that the first one is an increase.
  for (const { name, tasks } of queuesOf(catalog).filter(({ name }) => served.includes(name))) {
    recovered.inc({ queue: name }, 0);
    for (const task of tasks) {
      const labels = { task: task.name, queue: name };
      for (const counter of [started, completed, retried, dead]) counter.inc(labels, 0);
      failed.inc({ ...labels, reason: "error" }, 0);
      if (isIdempotent(task)) for (const event of ["claimed", "duplicate"]) keys.inc({ ...labels, event }, 0);
      if (task.schedules === undefined) continue;
      for (const reason of ["missed", "overlap"]) skipped.inc({ ...labels, reason }, 0);
    }
  }

  /** Anybody may put a job of any name into a queue, and each would be a series for ever. */
  function labelsOf(task: string, queue: string): { readonly task: string; readonly queue: string } {
    return { task: known.has(task) ? task : "unknown", queue };
  }

  function ended({ task, queue, durationMs }: AttemptEvent & { readonly durationMs: number }) {
    const labels = labelsOf(task, queue);
    duration.observe(labels, durationMs / 1_000);
    return labels;
  }

  return {
    hooks: {
      onStart({ task, queue, attempt, dueAt, startedAt }) {
        const labels = labelsOf(task, queue);
        started.inc(labels);
        // When a retry was due is known to nobody.
        if (attempt === 1) wait.observe(labels, Math.max(0, startedAt - dueAt) / 1_000);
      },
      onSuccess: (event) => completed.inc(ended(event)),
      onFailure(event) {
        const labels = ended(event);
        failed.inc({ ...labels, reason: reasonOf(event.error) });
        if (event.retryInMs !== undefined) retried.inc(labels);
      },
      onDead: ({ task, queue }) => dead.inc(labelsOf(task, queue)),
      onRevoked: (event) => failed.inc({ ...ended(event), reason: "revoked" }),
      onSkipped: ({ task, queue, reason }) => skipped.inc({ ...labelsOf(task, queue), reason }),
      onCancelled: (event) => failed.inc({ ...ended(event), reason: "cancelled" }),
    },
    events: {
      locksRenewed: (queue, outcome, count) => renewals.inc({ queue, outcome }, count),
      recovered: (queue) => recovered.inc({ queue }),
    },
    key: (job, queue, event) => keys.inc({ ...labelsOf(job.name, queue), event }),
    postponed: (job, queue, why) => postponed.inc({ ...labelsOf(job.name, queue), reason: why.replaceAll(" ", "_") }),
  };
}
