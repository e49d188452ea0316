import { parseDuration } from "../duration.js";
import { InvalidEnqueueOption } from "../errors.js";
import type { Priority, TaskDefinition } from "../task.js";

/** Overrides for one job; what is left out is as the workflow file declares. */
export interface EnqueueOptions {
  /** Before the first attempt: milliseconds, or a duration such as `24h`. At most ten years. Not beside `at`. */
  readonly delay?: number | string | undefined;
  /** When the first attempt is due; a time that has passed means now. Not beside `delay`. */
  readonly at?: Date | undefined;
  /** Inside its queue. */
  readonly priority?: Priority | undefined;
  /** Tries after the first; 0 for none. */
  readonly retries?: number | undefined;
  /** For one attempt: milliseconds, or a duration such as `30s`. */
  readonly timeout?: number | string | undefined;
  /**
   * The job's id, which makes the call safe to repeat: while a job with this id is there or kept as completed, a second
   * one is not enqueued and the answer says `deduplicated`. A dead or cancelled one is replaced. Not a whole number,
   * which BullMQ gives out itself, and without `:`.
   */
  readonly id?: string | undefined;
  /** Strings for the handler that are no part of the payload, such as a trace id. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The options of one `enqueue` after the declared values have been filled in. */
export interface EnqueueSettings {
  readonly delayMs: number;
  readonly priority: Priority;
  readonly retries: number;
  readonly timeoutMs: number;
  /** Time of the last attempt's end, in ms since 1970. */
  readonly deadlineAt?: number;
  readonly id?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly enqueuedBy?: string;
  readonly uniqueId?: string;
  /** As the Telemetry of whoever enqueues writes it. */
  readonly traceContext?: string;
}

/**
 * What `options` ask for, over what `task` declares. Pure: the caller supplies `now`, in ms since 1970.
 *
 * Throws InvalidEnqueueOption, naming the option, what it expects and what arrived.
 */
export function readEnqueueOptions(task: TaskDefinition, options: EnqueueOptions, now: number): EnqueueSettings {
  refuseUnknown(options);
  const delayMs = readDelay(options, now) ?? task.delayMs ?? 0;
  const id = readId(options.id);
  const headers = readHeaders(options.headers);
  return {
    delayMs,
    priority: readPriority(options.priority) ?? task.priority ?? "normal",
    retries: readRetries(options.retries) ?? task.retries,
    timeoutMs: readTimeout(options.timeout) ?? task.timeoutMs,
    ...readDeadline(task, delayMs, now),
    ...(id !== undefined && { id }),
    ...(headers !== undefined && { headers }),
  };
}

const known: readonly string[] = ["delay", "at", "priority", "retries", "timeout", "id", "headers"];
const longestMs = 3_650 * 86_400_000;

function refuseUnknown(options: EnqueueOptions): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new InvalidEnqueueOption(unknown, `to be one of ${known.join(", ")}`, unknown);
}

function readDelay({ delay, at }: EnqueueOptions, now: number): number | undefined {
  if (at === undefined) return delay === undefined ? undefined : readMs("delay", delay, 0);
  if (delay !== undefined) throw new InvalidEnqueueOption("at", "no `delay` beside it", at);
  const time = at instanceof Date ? at.getTime() : Number.NaN;
  if (Number.isNaN(time) || time - now > longestMs) {
    throw new InvalidEnqueueOption("at", "a valid Date within ten years", at);
  }
  return Math.max(0, time - now);
}

function readTimeout(timeout: EnqueueOptions["timeout"]): number | undefined {
  return timeout === undefined ? undefined : readMs("timeout", timeout, 1);
}

/** Milliseconds from a number of them or a duration. Throws InvalidEnqueueOption. */
export function readMs(option: "delay" | "timeout", value: number | string, leastMs: number): number {
  const milliseconds = typeof value === "string" ? parseDuration(value) : value;
  if (typeof milliseconds === "number" && milliseconds >= leastMs && milliseconds <= longestMs) {
    return Math.ceil(milliseconds);
  }
  const expected = `milliseconds or a duration such as 90s or 1h30m, from ${leastMs} ms to ten years`;
  throw new InvalidEnqueueOption(option, expected, value);
}

function readPriority(priority: EnqueueOptions["priority"]): Priority | undefined {
  if (priority === undefined || ["high", "normal", "low"].includes(priority)) return priority;
  throw new InvalidEnqueueOption("priority", "high, normal or low", priority);
}

function readRetries(retries: number | undefined): number | undefined {
  if (retries === undefined || (Number.isInteger(retries) && retries >= 0 && retries <= 10_000)) return retries;
  throw new InvalidEnqueueOption("retries", "a whole number from 0 to 10000", retries);
}

/** BullMQ's own rules, told before anything is sent: it numbers jobs itself and builds keys with colons. */
function readId(id: string | undefined): string | undefined {
  if (id === undefined) return undefined;
  if (typeof id === "string" && id !== "" && !id.includes(":") && `${Number.parseInt(id, 10)}` !== id) return id;
  throw new InvalidEnqueueOption("id", "a string that is not a whole number and holds no colon", id);
}

function readHeaders(headers: EnqueueOptions["headers"]): EnqueueOptions["headers"] {
  if (headers === undefined) return undefined;
  if (typeof headers !== "object" || headers === null || Array.isArray(headers)) {
    throw new InvalidEnqueueOption("headers", "an object of strings", headers);
  }
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== "string") throw new InvalidEnqueueOption(`headers.${name}`, "a string", value);
  }
  return { ...headers };
}

function readDeadline(task: TaskDefinition, delayMs: number, now: number): { deadlineAt?: number } {
  if (task.deadlineMs === undefined) return {};
  if (delayMs < task.deadlineMs) return { deadlineAt: now + task.deadlineMs };
  throw new InvalidEnqueueOption("delay", `less than the task's deadline of ${task.deadlineMs} ms`, delayMs);
}
