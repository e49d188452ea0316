import type { Logger } from "../logger.js";
import { keepsNothing } from "../mapping/retention.js";
import type { JobSteps } from "../store/job-steps.js";
import type { StoreJob } from "../store/queue.js";
import type { TaskDefinition } from "../task.js";
import type { RunningAttempts } from "./running-attempts.js";

/** Ends running attempts whose jobs are cancelled, wherever that comes from. Resolves to what stops listening. */
export function listenForCancellations(
  steps: JobSteps,
  queues: readonly string[],
  running: RunningAttempts,
  logger: Logger,
): Promise<() => Promise<void>> {
  async function lookUp(jobId: string, queue: string): Promise<void> {
    const reason = await steps.cancelReason(queue, jobId);
    if (reason !== undefined) running.cancel(jobId, queue, reason);
  }
  return steps.onCancel(queues, {
    cancelled: (queue, jobId, reason) => running.cancel(jobId, queue, reason),
    mayHaveMissed() {
      const lookUps = running.list().map(({ jobId, queue }) => lookUp(jobId, queue));
      // What is missed here is seen before the job's next attempt.
      Promise.all(lookUps).catch((err: unknown) => logger.warn({ err }, "cancellations could not be looked up"));
    },
  });
}

/**
 * Ends a job whose attempt has just failed to be retried, if it was cancelled while the attempt ended and so was too late
 * to be heard: the mark is older than the failure, and the job would wait for its retry only to end then.
 */
export async function endIfCancelled(
  { id = "", name, finishedOn }: StoreJob,
  queue: string,
  task: TaskDefinition | undefined,
  steps: JobSteps,
  logger: Logger,
): Promise<void> {
  if (finishedOn !== undefined && finishedOn !== null) return;
  try {
    const reason = await steps.cancelReason(queue, id);
    if (reason === undefined) return;
    const isKept = task === undefined || !keepsNothing(task.retention.failed);
    await steps.cancel(queue, id, { reason, now: Date.now(), isKept });
  } catch (err) {
    logger.warn({ err, task: name, jobId: id }, "whether the job was cancelled could not be looked up");
  }
}
