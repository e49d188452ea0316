import type { Logger } from "../logger.js";
import { ourOptions } from "../mapping/stored-job.js";
import type { StoreJob } from "../store/queue.js";
import type { HandledTask } from "./handler.js";

/** A job that cannot be done here or now: why. `another run`: one of the same schedule has not ended. */
export type Postponement = "unknown task" | "newer version" | "no handler" | "another run";

/** Why the job must wait for another worker; undefined when this one can do it. Pure. */
export function postponementOf(job: StoreJob, known: HandledTask | undefined): Postponement | undefined {
  if (known === undefined) return "unknown task";
  if ((ourOptions(job)?.version ?? 0) > known.definition.version) return "newer version";
  return known.handler === undefined ? "no handler" : undefined;
}

/**
 * Milliseconds until a job that was started `starts` times is looked at again: a second, doubling up to half a
 * minute, so that a deployment is noticed soon and a forgotten job costs little. Pure.
 */
export function postponeMs(starts: number): number {
  return Math.min(30_000, 1_000 * 2 ** Math.min(Math.max(starts - 1, 0), 10));
}

/** Logs each task and reason once: there may be a hundred thousand such jobs. */
export function openPostponementLog(logger: Logger): (job: StoreJob, queue: string, why: Postponement) => void {
  const told = new Set<string>();
  return (job, queue, why) => {
    const key = `${job.name} ${why}`;
    if (told.has(key)) return;
    told.add(key);
    const version = ourOptions(job)?.version;
    logger.warn(
      { task: job.name, queue, jobId: job.id, why, version },
      why === "another run" ? "a run waits for the end of another" : "jobs wait for a worker that can do them",
    );
  };
}
