import { InvalidPayload, NotIdempotent } from "../errors.js";
import type { Logger } from "../logger.js";
import { planEffect } from "../mapping/effect.js";
import type { Store } from "../store/store.js";
import { isIdempotent, type TaskDefinition } from "../task.js";
import type { IdempotencyRecord, IdempotencyRecords } from "./task-client.js";

/**
 * The records of one task's effects. Its methods reject with NotIdempotent when the task declares no `idempotency`, and
 * with InvalidPayload when a field of its key is missing.
 */
export function bindIdempotency(
  task: TaskDefinition,
  store: () => Promise<Store>,
  logger: Logger,
): IdempotencyRecords<unknown> {
  async function find(payload: unknown) {
    if (!isIdempotent(task)) throw new NotIdempotent(task.name);
    const missing = task.idempotency.key.filter((name) => !has(payload, name));
    const issues = missing.map((name) => ({
      pointer: "",
      message: `must have the key's property '${name}'`,
      keyword: "required",
      params: { missingProperty: name },
    }));
    if (issues.length > 0) throw new InvalidPayload(task.name, issues);
    const { key, recordId } = planEffect(task, payload);
    return { key, place: { queue: task.queue, recordId }, effects: (await store()).effects };
  }

  return {
    async read(payload) {
      const { key, place, effects } = await find(payload);
      const record = await effects.read(place);
      if (record === undefined) return undefined;
      const { state, jobId, fence, leasedUntil, changedAt, expiresAt, result, clearedBecause } = record;
      return {
        key,
        state,
        jobId,
        fence,
        leasedUntil: state === "running" ? new Date(leasedUntil) : undefined,
        changedAt: new Date(changedAt),
        expiresAt: new Date(expiresAt),
        result: result === undefined ? undefined : JSON.parse(result),
        clearedBecause,
      } satisfies IdempotencyRecord;
    },
    async clear(payload, { reason }) {
      const { key, place, effects } = await find(payload);
      const before = await effects.read(place);
      const cleared = await effects.clear(place, reason);
      const fields = { task: task.name, queue: task.queue, key, reason, before };
      if (cleared === "cleared") logger.warn(fields, "an idempotency key was cleared: its effect may happen again");
      return cleared;
    },
  };
}

function has(payload: unknown, name: string): boolean {
  return typeof payload === "object" && payload !== null && Object.hasOwn(payload, name);
}
