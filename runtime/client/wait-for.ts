import { AlreadyClosed, JobCancelled, JobFailed, JobUnknown, WaitTimeout } from "../errors.js";
import type { EndEvent, JobEvents } from "./job-events.js";
import type { JobView } from "./job-view.js";

/** What waiting for one job needs. */
export interface Waiting {
  readonly task: string;
  readonly id: string;
  readonly timeoutMs: number;
  readonly events: JobEvents;
  /** The job as it is now; undefined when it is kept no longer. */
  readonly read: () => Promise<JobView<unknown, unknown> | undefined>;
  /** Aborts when the client is closed. */
  readonly closed: AbortSignal;
}

/**
 * The job's result. Rejects with JobFailed when it is dead, JobCancelled, WaitTimeout, JobUnknown when no such job is
 * kept, or AlreadyClosed.
 */
export async function waitForEnd({ task, id, timeoutMs, events, read, closed }: Waiting): Promise<unknown> {
  const stops: (() => void)[] = [];
  try {
    return await new Promise((resolve, reject) => {
      const settle = (job: JobView<unknown, unknown> | undefined, event?: EndEvent) => {
        if (job?.state === "completed") resolve(job.result);
        else if (job?.state === "dead") reject(new JobFailed(task, id, job.failedReason ?? "", job.attempts));
        else if (job?.state === "cancelled") reject(new JobCancelled(job.failedReason ?? ""));
        // Not kept: the event is all there is.
        else if (job === undefined && event?.kind === "completed") resolve(event.result ?? undefined);
        else if (job === undefined && event?.kind === "failed")
          reject(new JobFailed(task, id, event.reason, undefined));
        else if (job === undefined) reject(new JobUnknown(task, id));
      };
      const look = (event?: EndEvent) => void read().then((job) => settle(job, event), onOutage);
      // An outage is part of the wait; the next look comes after it.
      const onOutage = () => undefined;
      stops.push(events.onEnd(id, look));
      stops.push(every(lookMs, look));
      stops.push(after(timeoutMs, () => reject(new WaitTimeout(task, id, timeoutMs))));
      const onClosed = () => reject(new AlreadyClosed("client"));
      closed.addEventListener("abort", onClosed, { once: true });
      stops.push(() => closed.removeEventListener("abort", onClosed));
      // Only now, when its end can't be missed any more.
      look();
    });
  } finally {
    for (const stop of stops) stop();
  }
}

/** Events may be trimmed before they are read, and an outage may be long: a look now and then finds what was missed. */
const lookMs = 5_000;

function every(ms: number, call: () => void): () => void {
  const timer = setInterval(call, ms);
  return () => clearInterval(timer);
}

function after(ms: number, call: () => void): () => void {
  const timer = setTimeout(call, Math.min(ms, 2 ** 31 - 1));
  return () => clearTimeout(timer);
}
