import type { Logger } from "../logger.js";
import type { JobSteps } from "../store/job-steps.js";
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
