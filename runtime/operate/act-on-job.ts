import { taskNamed } from "../catalog.js";
import { checkPayload } from "../contract/check.js";
import type { Issue } from "../errors.js";
import { keepsNothing } from "../mapping/retention.js";
import { ourOptions } from "../mapping/stored-job.js";
import { planUniqueId } from "../mapping/unique.js";
import type { JobSteps } from "../store/job-steps.js";
import type { ChangeStep, OperatorStore } from "../store/operator-store.js";
import type { StoreJob, StoreQueue } from "../store/queue.js";
import type { Catalog } from "../task.js";

/** What became of an action on one job. A refusal says why in a sentence, and nothing was changed. */
export type Acted =
  | { readonly done: true }
  | { readonly done: false; readonly reason: string; readonly issues?: readonly Issue[] };

/** What can be done to a job. */
export type JobAction = "retry" | "cancel" | "promote" | "remove";

/** What an action works on. */
export interface ActContext {
  readonly catalog: Catalog;
  readonly queue: StoreQueue;
  readonly steps: JobSteps;
  readonly store: OperatorStore;
  /** In ms since 1970. */
  readonly now: number;
}

/** Does one action to one job. `reason` is for a cancellation. */
export function actOnJob(
  action: JobAction,
  id: string,
  context: ActContext,
  reason?: string | undefined,
): Promise<Acted> {
  switch (action) {
    case "retry":
      return retryJob(id, context);
    case "cancel":
      return cancelJob(id, context, reason);
    case "promote":
      return promoteJob(id, context);
    case "remove":
      return removeJob(id, context);
  }
}

/**
 * Puts a dead job back into its queue with all its chances: attempts, crashes and the time until its deadline are counted
 * anew, and it takes its `unique` value again.
 */
async function retryJob(id: string, context: ActContext): Promise<Acted> {
  const { queue, store } = context;
  const job = await queue.getJob(id);
  if (job === undefined) return noSuchJob(id, queue);
  const changes = { uniqueId: uniqueIdOf(job, job.data, context), deadlineAt: newDeadline(job, context.now) };
  const step = await store.retry(queue.name, id, changes);
  return readStep(step, id, context, "Only a dead job is retried");
}

async function cancelJob(id: string, { queue, steps, catalog, now }: ActContext, reason?: string): Promise<Acted> {
  const job = await queue.getJob(id);
  if (job === undefined) return noSuchJob(id, queue);
  const task = taskNamed(catalog, job.name);
  const why = reason === undefined ? "Cancelled." : `Cancelled: ${reason.slice(0, 500)}`;
  const isKept = task === undefined || !keepsNothing(task.retention.failed);
  switch (await steps.cancel(queue.name, id, { reason: why, now, isKept })) {
    case "ended":
    case "marked":
      return { done: true };
    case "over":
      return refused(`Job ${id} has ended already.`);
    case "unknown":
      return noSuchJob(id, queue);
  }
}

async function promoteJob(id: string, { queue }: ActContext): Promise<Acted> {
  const job = await queue.getJob(id);
  if (job === undefined) return noSuchJob(id, queue);
  if (!(await job.isDelayed())) return wrongState("Only a delayed job can be promoted", id, queue);
  try {
    await job.promote();
    return { done: true };
  } catch (error) {
    // Its time may have come in between.
    if (await job.isDelayed()) throw error;
    return wrongState("Only a delayed job can be promoted", id, queue);
  }
}

async function removeJob(id: string, { queue }: ActContext): Promise<Acted> {
  if ((await queue.getJobState(id)) === "unknown") return noSuchJob(id, queue);
  try {
    if ((await queue.getBackend().remove(id, false)) === 1) return { done: true };
  } catch (error) {
    const isNextRun = id.startsWith("repeat:") && (await queue.getJobState(id)) === "delayed";
    if (!isNextRun) throw error;
    return refused(
      `Job ${id} is the next run of a schedule: cancel it, or take the schedule out of the workflow file.`,
    );
  }
  return refused(`Job ${id} is running: cancel it first.`);
}

/** Gives a job another payload, checked as strictly as when it is enqueued. */
export async function editJob(id: string, payload: unknown, context: ActContext): Promise<Acted> {
  const { queue, store, catalog } = context;
  const job = await queue.getJob(id);
  if (job === undefined) return noSuchJob(id, queue);
  const task = taskNamed(catalog, job.name);
  if (task === undefined)
    return refused(`No task ${job.name} is declared, so nothing can be checked: job ${id} stays.`);
  const checked = checkPayload(task, payload);
  if (!checked.valid) {
    const { issues } = checked;
    const told = issues.map(({ pointer, message }) => `${pointer || "the payload"} ${message}`).join("; ");
    return { done: false, reason: `The payload does not fit the contract of ${task.name}: ${told}.`, issues };
  }
  const changes = { uniqueId: uniqueIdOf(job, checked.value, context), version: task.version };
  const step = await store.edit(queue.name, id, checked.value, changes);
  return readStep(step, id, context, "Only a job that waits, is delayed or is dead can be edited");
}

/** The value that the job has to hold while it lives; none where its time is over, or where it never had one. */
function uniqueIdOf(job: StoreJob, payload: unknown, { catalog, now }: ActContext): string | undefined {
  const task = taskNamed(catalog, job.name);
  if (task?.unique === undefined) return undefined;
  const { forMs } = task.unique;
  return forMs !== undefined && job.timestamp + forMs <= now ? undefined : planUniqueId(task, payload);
}

/** As long from now as it was from its enqueueing. */
function newDeadline(job: StoreJob, now: number): number | undefined {
  const ours = ourOptions(job);
  if (ours?.deadlineMs !== undefined) return now + ours.deadlineMs;
  return ours?.deadlineAt === undefined ? undefined : now + (ours.deadlineAt - job.timestamp);
}

async function readStep(step: ChangeStep, id: string, { queue }: ActContext, rule: string): Promise<Acted> {
  switch (step.kind) {
    case "changed":
      return { done: true };
    case "unknown":
      return noSuchJob(id, queue);
    case "cancelled":
      return refused(`Job ${id} was cancelled, which is final: enqueue it anew.`);
    case "held":
      return refused(`Job ${step.holder} is alive with the same \`unique\` value, and only one may be.`);
    case "state":
      return wrongState(rule, id, queue);
  }
}

async function wrongState(rule: string, id: string, queue: StoreQueue): Promise<Acted> {
  const state = await queue.getJobState(id);
  const word = state === "failed" ? "dead" : state === "prioritized" ? "waiting" : state;
  return refused(`${rule}, and job ${id} is ${word === "unknown" ? "gone" : word}.`);
}

function noSuchJob(id: string, queue: StoreQueue): Acted {
  return refused(`There is no job ${id} in queue ${queue.name}.`);
}

function refused(reason: string): Acted {
  return { done: false, reason };
}
