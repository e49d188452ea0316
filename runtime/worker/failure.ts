import { UnrecoverableError } from "bullmq";
import { errorCode } from "../errors.js";

/**
 * A fresh error that says what `thrown` says: its message, and its stack with the stacks of its causes. Its own cause
 * is the thrown thing itself.
 *
 * BullMQ reads `message`, `name` and `stack` of what a processor throws. Were it the thrown thing itself, `undefined`
 * would leave the job active, a throwing getter would do so too, and an error named `DelayedError` would be believed.
 */
export function toFailure(thrown: unknown): Error {
  return copyInto(new Error(messageOf(thrown)), thrown);
}

/** The same, as the error after which BullMQ doesn't retry. */
export function toDeath(thrown: unknown): UnrecoverableError {
  return copyInto(new UnrecoverableError(messageOf(thrown)), thrown);
}

/** Whether a handler asked by its error for no further retry; also with another copy of this package or of BullMQ. */
export function skipsRetry(thrown: unknown): boolean {
  return errorCode(thrown) === "TASKWRIGHT_SKIP_RETRY" || read(thrown, "name") === "UnrecoverableError";
}

/** Whether a handler said by its error that the job has become pointless. */
export function revokes(thrown: unknown): boolean {
  return errorCode(thrown) === "TASKWRIGHT_REVOKE";
}

/** Whether a handler said by its error that it cannot tell what it did. */
export function isUncertain(thrown: unknown): boolean {
  return errorCode(thrown) === "TASKWRIGHT_OUTCOME_UNKNOWN";
}

const deepestCause = 5;

/** BullMQ takes an error with this message for its own rate limit, and would put the job back again and again. */
const reservedMessage = "bullmq:rateLimitExceeded";

function copyInto<Failure extends Error>(failure: Failure, thrown: unknown): Failure {
  failure.stack = storable(stackOf(thrown, 0));
  failure.cause = thrown;
  return failure;
}

function messageOf(thrown: unknown): string {
  const message = storable(ownMessageOf(thrown));
  return message === reservedMessage ? `The handler threw "${message}", which BullMQ keeps for itself.` : message;
}

/** PostgreSQL refuses U+0000, and the failure would never be recorded. */
function storable(text: string): string {
  return text.replaceAll("\u0000", "␀");
}

function ownMessageOf(thrown: unknown): string {
  if (thrown instanceof Error) return read(thrown, "message") ?? "The handler threw an error without a message.";
  if (typeof thrown === "string") return thrown === "" ? "The handler threw an empty string." : thrown;
  return `The handler threw ${describe(thrown)} instead of an Error.`;
}

function stackOf(thrown: unknown, depth: number): string {
  if (!(thrown instanceof Error)) return messageOf(thrown);
  const own = read(thrown, "stack") ?? messageOf(thrown);
  const cause = depth < deepestCause ? causeOf(thrown) : undefined;
  return cause === undefined ? own : `${own}\nCaused by: ${stackOf(cause, depth + 1)}`;
}

function causeOf(error: Error): unknown {
  try {
    return error.cause;
  } catch {
    return undefined;
  }
}

function describe(thrown: unknown): string {
  if (thrown === null || typeof thrown !== "object") {
    return typeof thrown === "function" || typeof thrown === "symbol" ? `a ${typeof thrown}` : String(thrown);
  }
  try {
    return JSON.stringify(thrown)?.slice(0, 200) ?? "an object";
  } catch {
    return "an object";
  }
}

/** A getter may throw, and a property may be no string. */
function read(thrown: unknown, property: "name" | "message" | "stack"): string | undefined {
  try {
    const value: unknown = thrown instanceof Error ? thrown[property] : undefined;
    return typeof value === "string" && value !== "" ? value : undefined;
  } catch {
    return undefined;
  }
}
