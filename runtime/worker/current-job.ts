import { AsyncLocalStorage } from "node:async_hooks";
import type { Job } from "./job.js";

const running = new AsyncLocalStorage<Job>();

/**
 * The job whose handler or middleware is calling, however deep; undefined outside of one.
 *
 * For logs, traces and the like, which must not be handed a job through every function. Work that outlives its handler
 * still sees its job.
 */
export function currentJob(): Job | undefined {
  return running.getStore();
}

/** Makes `call`, during which `job` is the current one. */
export function runAs<T>(job: Job, call: () => T): T {
  return running.run(job, call);
}
