import { AsyncLocalStorage } from "node:async_hooks";
import type { Job } from "./job.js";

let running: AsyncLocalStorage<Job> | undefined;

/**
 * From now on attempts carry their job.
 *
 * Only processes that ask for it: before Node 24 the first use of AsyncLocalStorage has Node call a hook for each promise
 * there is, BullMQ's and ioredis' too: 47 a job.
 */
export function carryJobs(): void {
  running ??= new AsyncLocalStorage();
}

/**
 * The job whose handler or middleware is calling, however deep; undefined outside of one.
 *
 * For logs, traces and the like, which must not be handed a job through every function. Work that outlives its handler
 * still sees its job.
 */
export function currentJob(): Job | undefined {
  return running?.getStore();
}

/** Makes `call`, during which `job` is the current one where jobs are carried. */
export function runAs<T>(job: Job, call: () => T): T {
  return running === undefined ? call() : running.run(job, call);
}
