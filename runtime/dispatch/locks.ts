import type { StoreJob } from "../store/queue.js";
import type { QueueWorker } from "./queue-worker.js";

/** A job with the lock that this process holds on it. */
export interface LockedJob {
  readonly job: StoreJob;
  readonly token: string;
  /** When its lock was last set, in ms since 1970. */
  lockedAt: number;
}

/** The jobs of one queue that run here. */
export interface LockedJobs {
  readonly worker: QueueWorker;
  readonly running: ReadonlySet<LockedJob>;
  /** The lock of this job is gone. */
  lockLost(jobId: string): void;
  renewed(outcome: "renewed" | "failed", count: number): void;
}

/**
 * Renews the locks of running jobs when a quarter to half of `lockDurationMs` has passed. Returns what ends it.
 *
 * BullMQ does so only inside `run()`. While the store is away nothing is lost yet: the call waits for its return and
 * then says which locks have lapsed.
 */
export function startLockRenewal(queues: readonly LockedJobs[], lockDurationMs: number): () => void {
  const everyMs = lockDurationMs / 4;
  const asking = new Set<LockedJobs>();

  async function renew(queue: LockedJobs): Promise<void> {
    const now = Date.now();
    const due = [...queue.running].filter(({ lockedAt }) => now - lockedAt >= everyMs);
    if (due.length === 0 || asking.has(queue)) return;
    asking.add(queue);
    const ids = due.map(({ job }) => job.id ?? "");
    const tokens = due.map(({ token }) => token);
    try {
      const lost = await queue.worker.extendJobLocks(ids, tokens, lockDurationMs);
      for (const held of due) held.lockedAt = now;
      queue.renewed("renewed", due.length - lost.length);
      // One that has ended in the meantime has no lock any more either.
      for (const { job } of due.filter((held) => queue.running.has(held))) {
        if (job.id !== undefined && lost.includes(job.id)) queue.lockLost(job.id);
      }
    } catch (error) {
      queue.renewed("failed", due.length);
      queue.worker.emit("error", error instanceof Error ? error : new Error(String(error)));
    } finally {
      asking.delete(queue);
    }
  }

  const timer = setInterval(() => {
    for (const queue of queues) void renew(queue);
  }, everyMs);
  return () => clearInterval(timer);
}
