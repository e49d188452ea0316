import type { Job } from "./job.js";

/**
 * Wraps every handler: what comes before `next()` runs before it, what comes after, afterwards.
 *
 * It resolves to the job's result, which is that of `next()` unless it means to replace it. It may throw, as a
 * handler may.
 */
export type Middleware = (job: Job, next: () => Promise<unknown>) => Promise<unknown>;

/** One call that runs `middleware` around `handler`, the first outermost. */
export function wrap(middleware: readonly Middleware[], job: Job, handler: () => unknown): () => Promise<unknown> {
  return middleware.reduceRight<() => Promise<unknown>>(
    (next, layer) => async () => layer(job, once(next)),
    () => promised(handler),
  );
}

/** As an async function around it would be, of which a promise that the handler returns makes three. */
function promised(handler: () => unknown): Promise<unknown> {
  try {
    return Promise.resolve(handler());
  } catch (error) {
    return Promise.reject(error);
  }
}

/** A second `next()` would run the handler, and its effects, twice. */
function once(next: () => Promise<unknown>): () => Promise<unknown> {
  let isCalled = false;
  return async () => {
    if (isCalled) throw new Error("A middleware called next() twice in one attempt.");
    isCalled = true;
    return next();
  };
}
