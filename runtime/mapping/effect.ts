import { createHash } from "node:crypto";
import { canonicalJson } from "../contract/canonical-json.js";
import type { IdempotentTaskDefinition } from "../task.js";

/** What one job means to do once. */
export interface Effect {
  /**
   * The task and the values of its key, unambiguously, for other systems to tell a repetition by: the same for every job
   * that means this effect. Printable ASCII of at most 255 characters, as a header and as others' idempotency keys
   * can carry it; a key that is longer, or holds other characters, is told as a hash.
   */
  readonly key: string;
  /** The name of its record in the store: always a hash, since the values may be long and may be personal. */
  readonly recordId: string;
  /** A hash of what must be the same under one key. */
  readonly fingerprint: string;
}

/**
 * The effect that a job of `task` with this payload stands for. Pure.
 *
 * Throws a RangeError for a payload that is nested too deeply. Source: `idempotency` in the workflow file.
 */
export function planEffect(task: IdempotentTaskDefinition, payload: unknown): Effect {
  const { key, fingerprint } = task.idempotency;
  const values = canonicalJson(pick(payload, key));
  const compared = fingerprint === undefined ? payload : pick(payload, fingerprint);
  const isPrintable = /^[ -~]*$/.test(values) && task.name.length + values.length < 255;
  return {
    key: `${task.name}:${isPrintable ? values : `sha256-${hash(values)}`}`,
    recordId: `${task.name}:${hash(values)}`,
    fingerprint: hash(canonicalJson(compared)),
  };
}

/** By name, so that the order in which the file lists the fields means nothing. */
function pick(payload: unknown, names: readonly string[]): Readonly<Record<string, unknown>> {
  const fields = (typeof payload === "object" && payload !== null ? payload : {}) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(names.map((name) => [name, Object.hasOwn(fields, name) ? fields[name] : null]));
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
