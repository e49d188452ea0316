import type { CatalogTask } from "../catalog.js";
import { type Diagnostic, error, quote, warning } from "../diagnostic.js";
import { durationInWords } from "../words.js";
import { leastTtlMs } from "./retry-span.js";
import type { WorkflowRule } from "./rule.js";

/** A key is remembered as long as its job may be retried, and its lease is long enough to be renewed. */
export const checkIdempotencyTimes: WorkflowRule = ({ tasks }) =>
  tasks.flatMap((task) => [...checkTtl(task), ...checkLease(task)]);

function checkTtl(task: CatalogTask): Diagnostic[] {
  if (task.idempotency === undefined) return [];
  const { ttlMs, leaseMs } = task.idempotency;
  if (ttlMs.value <= leaseMs.value) {
    const message = `A key that is forgotten after ${durationInWords(ttlMs.value)} is gone before its ${quote("lease")} of ${durationInWords(leaseMs.value)} ends. Lengthen ${quote("ttl")}.`;
    return [error("invalid-idempotency", ttlMs.span, message)];
  }
  const leastMs = leastTtlMs(task);
  if (ttlMs.value >= leastMs) return [];
  const message =
    `A key is forgotten after ${durationInWords(ttlMs.value)}, though a job of ${quote(task.name.value)} may be retried for ` +
    `${durationInWords(leastMs)}, its ${durationInWords(task.retention.failed.ageMs)} in the dead letter included: it could repeat its effect. ` +
    `Lengthen ${quote("ttl")}, leave it out, or shorten ${quote("retention.failed.age")}.`;
  return [warning("short-ttl", ttlMs.span, message)];
}

/** What a renewal must outlast: a pause of the worker, and the reconnection to a Redis that restarts. */
const leastRenewalMs = 1_000;
/** A handler may take that long to heed its signal. */
const abortMs = 1_000;

/** A third of the lease is the time for one renewal; an attempt that is over before needs none. */
function checkLease({ idempotency, timeoutMs }: CatalogTask): Diagnostic[] {
  if (idempotency === undefined) return [];
  const { value: leaseMs, span } = idempotency.leaseMs;
  if (leaseMs / 3 >= leastRenewalMs || leaseMs >= timeoutMs.value + abortMs) return [];
  const message = `A lease of ${durationInWords(leaseMs)} cannot be renewed in time: a short pause of the worker would lose it, and another would do the work again. Use ${quote("3s")} or more.`;
  return [error("short-lease", span, message)];
}
