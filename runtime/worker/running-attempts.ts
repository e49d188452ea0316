import { JobCancelled, LockLost, WorkerStopping } from "../errors.js";
import type { Logger } from "../logger.js";
import type { StoreJob } from "../store/queue.js";
import { type Cancellation, openCancellation } from "./cancellation.js";

/** A job that runs in this process. */
export interface RunningJob {
  readonly jobId: string;
  /** Wire name. */
  readonly task: string;
  readonly queue: string;
  /** When it was taken from its queue, in ms since 1970. */
  readonly since: number;
}

/** The attempts that run in one worker, so that stopping can reach them all. */
export interface RunningAttempts {
  /** From then on whatever arrives goes back to its queue unseen. */
  readonly isStopping: boolean;
  /** Notes an attempt that runs, until `leave`. */
  enter(job: StoreJob, queue: string): Cancellation;
  leave(job: StoreJob, queue: string): void;
  /** Notes a handler that ignored its signal and goes on: its slot is given away while it still works. */
  abandon(settled: Promise<unknown>, job: StoreJob, queue: string): void;
  /** How many such handlers of jobs of `queue` there are now. */
  abandonedIn(queue: string): number;
  /** Ends an attempt with JobCancelled, now or when it is entered: the cancellation may be faster than the job. */
  cancel(jobId: string, queue: string, reason: string): void;
  /** The jobs that run now. */
  list(): readonly RunningJob[];
  /** Ends an attempt whose lock could not be renewed in time, with LockLost. */
  loseLock(jobId: string, queue: string): void;
  stopAccepting(): void;
  /** Ends every attempt with WorkerStopping. */
  stopAll(): void;
}

/** The attempts of a worker that runs none yet. */
export function openRunningAttempts(logger: Logger): RunningAttempts {
  const attempts = new Map<
    string,
    { readonly cancellation: Cancellation; readonly job: StoreJob; readonly queue: string }
  >();
  const cancelledEarly = new Map<string, JobCancelled>();
  // A queue's name holds no colon.
  const key = (jobId: string | undefined, queue: string) => `${queue}:${jobId}`;
  let isStopping = false;
  const abandoned: string[] = [];
  return {
    get isStopping() {
      return isStopping;
    },
    enter(job, queue) {
      const cancellation = openCancellation();
      const name = key(job.id, queue);
      attempts.set(name, { cancellation, job, queue });
      const early = cancelledEarly.get(name);
      if (early !== undefined) cancellation.cancel(early);
      return cancellation;
    },
    leave(job, queue) {
      // After a lock was lost, another attempt of the same job may run here beside this one.
      if (attempts.get(key(job.id, queue))?.job === job) attempts.delete(key(job.id, queue));
    },
    abandon(settled, { name: task, id: jobId }, queue) {
      abandoned.push(queue);
      const fields = { task, queue, jobId };
      logger.warn(
        { ...fields, abandonedNow: abandoned.length },
        "the handler ignores its signal and runs on, beyond the concurrency",
      );
      void settled.then(() => {
        abandoned.splice(abandoned.indexOf(queue), 1);
        logger.info({ ...fields, abandonedNow: abandoned.length }, "the abandoned handler has ended");
      });
    },
    abandonedIn: (queue) => abandoned.filter((name) => name === queue).length,
    cancel(jobId, queue, reason) {
      const error = new JobCancelled(reason);
      attempts.get(key(jobId, queue))?.cancellation.cancel(error);
      cancelledEarly.set(key(jobId, queue), error);
      const [oldest] = cancelledEarly.keys();
      if (cancelledEarly.size > mostRemembered && oldest !== undefined) cancelledEarly.delete(oldest);
    },
    list: () =>
      [...attempts.values()].map(({ job: { id: jobId = "", name: task, processedOn: since = 0 }, queue }) => {
        return { jobId, task, queue, since };
      }),
    loseLock: (jobId, queue) => attempts.get(key(jobId, queue))?.cancellation.cancel(new LockLost(jobId)),
    stopAccepting() {
      isStopping = true;
    },
    stopAll() {
      for (const { cancellation } of attempts.values()) cancellation.cancel(new WorkerStopping());
    },
  };
}

/** Every worker hears of every cancellation, and most are of jobs that run elsewhere. */
const mostRemembered = 1_000;
