import type { BackoffOptions } from "bullmq";
import type { BackoffPolicy } from "../task.js";

/** BullMQ's `backoff` of a job; `policy` is ours, and only there for the type `taskwright`. */
export interface TaskwrightBackoff extends BackoffOptions {
  policy?: BackoffPolicy;
}

/**
 * BullMQ's `backoff` for a job that may be retried `retries` times.
 *
 * One of BullMQ's own types whenever it yields the same waits, so that workers in other languages agree; otherwise
 * the type `taskwright`, which only `waitForRetry` can compute. Pure. Source: `backoff` in the workflow file.
 */
export function planBackoff(policy: BackoffPolicy, retries: number): TaskwrightBackoff {
  const waits = { first: uncappedMs(policy, 1), last: uncappedMs(policy, Math.max(retries, 1)) };
  const jitter = policy.jitter > 0 ? { jitter: policy.jitter } : {};
  if (waits.first >= policy.maxMs) return { type: "fixed", delay: policy.maxMs, ...jitter };
  if (waits.first === waits.last) return { type: "fixed", delay: waits.first, ...jitter };
  if (policy.type === "exponential" && waits.last <= policy.maxMs) {
    return { type: "exponential", delay: policy.delayMs, ...jitter };
  }
  return { type: "taskwright", delay: policy.delayMs, policy };
}

/**
 * Milliseconds to wait before retry number `retry` (1 is the first retry).
 *
 * Never above `policy.maxMs`; with full jitter it may be 0. Jitter is BullMQ's: even over the last `jitter` part of
 * the wait. Pure: the caller supplies `random` in [0, 1). Source: `backoff` in the workflow file.
 */
export function retryDelayMs(policy: BackoffPolicy, retry: number, random: number): number {
  const wholeMs = Math.min(uncappedMs(policy, retry), policy.maxMs);
  return Math.floor(wholeMs * (1 - policy.jitter) + random * wholeMs * policy.jitter);
}

/**
 * The `backoffStrategy` of our workers: milliseconds to wait before the retry that follows `attemptsMade` failures.
 *
 * Never throws, and knows an answer for every type: BullMQ leaves a job active until it stalls when its strategy
 * throws or its backoff type is unknown. A type that is neither BullMQ's nor ours gets the default policy.
 */
export function waitForRetry(
  attemptsMade: number,
  _type: string | undefined,
  _error: Error | undefined,
  job: { opts?: { backoff?: number | BackoffOptions } } | undefined,
): number {
  return retryDelayMs(policyOf(job?.opts?.backoff) ?? defaultPolicy, attemptsMade, Math.random());
}

/** The longest that a stored job may wait before retry number `retry`, by its `backoff` option; 0 where that says nothing. */
export function longestRetryWaitMs(backoff: number | BackoffOptions | undefined, retry: number): number {
  if (typeof backoff !== "object" || backoff === null) return backoff ?? 0;
  const policy = policyOf(backoff);
  if (policy !== undefined) return retryDelayMs({ ...policy, jitter: 0 }, retry, 0);
  const { type, delay = 0 } = backoff;
  return type === "exponential" ? delay * 2 ** (retry - 1) : delay;
}

const defaultPolicy: BackoffPolicy = { type: "exponential", delayMs: 1_000, maxMs: 3_600_000, jitter: 0.2 };

function uncappedMs(policy: BackoffPolicy, retry: number): number {
  // Growth passes every number after some thousand retries, and 0 times infinity is none.
  if (policy.delayMs === 0) return 0;
  switch (policy.type) {
    case "fixed":
      return policy.delayMs;
    case "exponential":
      return policy.delayMs * 2 ** (retry - 1);
    case "polynomial":
      return policy.delayMs * retry ** policy.exponent;
  }
}

/** What another release stored may lack a field or hold a type of its own; then there is no policy to follow. */
function policyOf(backoff: number | TaskwrightBackoff | undefined | null): BackoffPolicy | undefined {
  if (typeof backoff !== "object" || backoff === null) return undefined;
  const { policy } = backoff;
  if (typeof policy !== "object" || policy === null) return undefined;
  const { maxMs, jitter } = policy;
  const isUsable = maxMs >= 0 && jitter >= 0 && jitter <= 1 && uncappedMs(policy, 1) >= 0;
  return isUsable && Number.isFinite(maxMs) ? policy : undefined;
}
