import { errorCode } from "../errors.js";
import { skipsRetry } from "../worker/failure.js";

/** Why an attempt failed, of a fixed set. `error` is whatever the handler threw. */
export type FailureReason =
  | "error"
  | "skip_retry"
  | "timeout"
  | "deadline"
  | "invalid_payload"
  | "invalid_result"
  | "crash"
  | "lock_lost"
  | "idempotency"
  | "cancelled"
  | "revoked";

/** Of a failure as it is reported, whose cause is what was thrown. Pure. */
export function reasonOf({ cause }: Error): FailureReason {
  const code = errorCode(cause);
  return byCode.get(code) ?? (skipsRetry(cause) ? "skip_retry" : "error");
}

const byCode: ReadonlyMap<string | undefined, FailureReason> = new Map([
  ["TASKWRIGHT_TIMEOUT", "timeout"],
  ["TASKWRIGHT_DEADLINE_EXCEEDED", "deadline"],
  ["TASKWRIGHT_INVALID_PAYLOAD", "invalid_payload"],
  ["TASKWRIGHT_INVALID_RESULT", "invalid_result"],
  ["TASKWRIGHT_CRASH_LOOP", "crash"],
  ["TASKWRIGHT_LOCK_LOST", "lock_lost"],
  ["TASKWRIGHT_IDEMPOTENCY_CONFLICT", "idempotency"],
  ["TASKWRIGHT_LEASE_LOST", "idempotency"],
  ["TASKWRIGHT_OUTCOME_UNKNOWN", "idempotency"],
  ["TASKWRIGHT_JOB_CANCELLED", "cancelled"],
]);
