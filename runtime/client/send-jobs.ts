import type { JobOptions } from "../mapping/job-options.js";
import type { JobSteps } from "../store/job-steps.js";
import type { StoreJob, StoreQueue } from "../store/queue.js";
import type { TaskDefinition } from "../task.js";
import type { EnqueuedJob } from "./task-client.js";

/** A job that has been checked, as BullMQ takes it. */
export interface PlannedJob {
  readonly name: string;
  readonly data: unknown;
  readonly opts: JobOptions;
}

/**
 * Adds jobs of one task to their queue, and says of each whether it was added or which job stands for it. The answers
 * are in the order of `jobs`.
 *
 * A job whose place was held by one that should hold it no longer is sent once more; of several senders that find
 * this at once, one gets the place and the others are told so.
 */
export async function sendJobs(
  jobs: readonly PlannedJob[],
  task: TaskDefinition,
  queue: StoreQueue,
  steps: JobSteps,
  roundsLeft = 5,
): Promise<EnqueuedJob[]> {
  const stored = await add(jobs, queue);
  const arrivals = await Promise.all(stored.map((job, n) => arrivalOf(job, jobs[n]?.opts, task, queue, steps)));
  const freed = jobs.filter((_, n) => arrivals[n]?.isFree);
  const resent =
    freed.length === 0 || roundsLeft === 0 ? [] : await sendJobs(freed, task, queue, steps, roundsLeft - 1);
  const later = resent.values();
  return arrivals.map(({ isFree, ...first }) => (isFree ? (later.next().value ?? first) : first));
}

async function add(jobs: readonly PlannedJob[], queue: StoreQueue): Promise<StoreJob[]> {
  const [only, ...others] = jobs;
  if (only === undefined) return [];
  return others.length === 0 ? [await queue.add(only.name, only.data, only.opts)] : await queue.addBulk([...jobs]);
}

interface Arrival extends EnqueuedJob {
  /** Not added, and what stood in its way has just been taken out of it. */
  readonly isFree: boolean;
}

/** BullMQ answers with the id of the job that is there now, be it the one it was given or another. */
async function arrivalOf(
  { id = "" }: StoreJob,
  sent: JobOptions | undefined,
  task: TaskDefinition,
  queue: StoreQueue,
  steps: JobSteps,
): Promise<Arrival> {
  const answer = { id, queue: task.queue, name: task.name };
  const added = { ...answer, deduplicated: false, isFree: false };
  if (sent?.jobId !== undefined && sent.jobId !== id) {
    return { ...answer, deduplicated: true, isFree: await releaseIfOver(id, sent.deduplication?.id, task, queue) };
  }
  const mark = sent?.taskwright.enqueuedBy;
  if (mark === undefined) return added;
  // For an id that was there it answers with our own data, so only the stored job can tell whose it is. One that is
  // gone by now has run, and was ours.
  const stored = await queue.getJob(id);
  if (stored === undefined || markOf(stored) === mark) return added;
  const isFree = stored.name === task.name && (await replaceIfDead(stored, task, steps));
  return { ...added, name: stored.name, deduplicated: true, isFree };
}

/**
 * Takes a dead job out of the way of one with its id. A completed one stays: an id is what makes a call safe to repeat,
 * and its work is done.
 */
async function replaceIfDead(job: StoreJob, task: TaskDefinition, steps: JobSteps): Promise<boolean> {
  if (!job.finishedOn || !(await job.isFailed())) return false;
  await steps.removeEnded(task.queue, job.id ?? "", "failed");
  // Whoever removed it, or has retried it meanwhile: the next round tells what is there now.
  return true;
}

/**
 * Releases what a `unique` with `for` holds when that time is over.
 *
 * BullMQ's own time to live would be the wrong thing: it outlasts the job. Without one, BullMQ releases the value in
 * the same step in which the job ends, and the time is looked at only when somebody asks.
 */
async function releaseIfOver(
  holderId: string,
  uniqueId: string | undefined,
  { unique }: TaskDefinition,
  queue: StoreQueue,
): Promise<boolean> {
  if (unique?.forMs === undefined || uniqueId === undefined) return false;
  const holder = await queue.getJob(holderId);
  if (holder === undefined || holder.timestamp + unique.forMs > Date.now()) return false;
  await queue.getBackend().removeDeduplicationKey(uniqueId, holderId);
  return true;
}

function markOf(job: StoreJob): string | undefined {
  const options: StoreJob["opts"] & Partial<JobOptions> = job.opts;
  return options.taskwright?.enqueuedBy;
}
