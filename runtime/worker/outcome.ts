import { DelayedError, WaitingError } from "bullmq";
import type { JobCancelled } from "../errors.js";
import type { Logger } from "../logger.js";
import type { StoreJob } from "../store/queue.js";
import { toDeath, toFailure } from "./failure.js";

/** What has become of one attempt. */
export type Outcome =
  | { readonly kind: "succeeded"; readonly result: unknown }
  /** Retried while the job has retries left. */
  | { readonly kind: "failed"; readonly error: unknown }
  /** Not retried. */
  | { readonly kind: "dead"; readonly error: unknown }
  /** Not retried, since it was cancelled. */
  | { readonly kind: "cancelled"; readonly error: JobCancelled }
  /** Neither retried nor kept. */
  | { readonly kind: "revoked"; readonly error: unknown }
  /** A tick of a schedule that is left out: neither run nor kept. */
  | { readonly kind: "skipped" }
  /** Nobody here can do it yet; no attempt is used. `isDue`: whether its time has come since that was decided. */
  | { readonly kind: "postponed"; readonly waitMs: number; readonly isDue?: () => Promise<boolean> }
  /** The worker stops; no attempt is used. */
  | { readonly kind: "putBack" };

/**
 * Tells BullMQ the outcome: by what it returns or throws, after moving the job where BullMQ expects that itself.
 *
 * When such a move fails the job keeps its lock until that lapses and is then taken up elsewhere; reporting a failed
 * attempt instead would use one up.
 */
export async function settle(outcome: Outcome, job: StoreJob, token: string, logger: Logger): Promise<unknown> {
  switch (outcome.kind) {
    case "succeeded":
      return outcome.result;
    case "failed":
      throw toFailure(outcome.error);
    case "revoked":
      // BullMQ reads the option of this very object when it records the failure.
      job.opts.removeOnFail = true;
      throw toDeath(outcome.error);
    case "dead":
    case "cancelled":
      throw toDeath(outcome.error);
    case "skipped":
      // As with `revoked`: of this very object, when it records the success.
      job.opts.removeOnComplete = true;
      return undefined;
    case "postponed":
      await orLogged(postpone(job, token, outcome.waitMs, outcome.isDue), job, logger);
      throw new DelayedError();
    case "putBack":
      await orLogged(job.moveToWait(token), job, logger);
      throw new WaitingError();
  }
}

/** Only after the move can nobody miss it any more who would wake it. */
async function postpone(job: StoreJob, token: string, waitMs: number, isDue = async () => false): Promise<void> {
  await job.moveToDelayed(Date.now() + waitMs, token);
  if (await isDue()) await job.promote();
}

async function orLogged(move: Promise<unknown>, job: StoreJob, logger: Logger): Promise<void> {
  try {
    await move;
  } catch (err) {
    logger.error({ err, task: job.name, jobId: job.id }, "the job could not be put back; its lock has to lapse");
  }
}
