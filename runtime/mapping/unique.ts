import { createHash } from "node:crypto";
import type { TaskDefinition } from "../task.js";

/**
 * BullMQ's deduplication id of a job of `task` with this payload: the same for jobs of which only one may live at a
 * time. Undefined when the task has no `unique`.
 *
 * A hash, since the values may be long and may be personal. Pure. Source: `unique` in the workflow file.
 */
export function planUniqueId(task: TaskDefinition, payload: unknown): string | undefined {
  if (task.unique === undefined) return undefined;
  const fields = (typeof payload === "object" && payload !== null ? payload : {}) as Readonly<Record<string, unknown>>;
  const values = task.unique.by.map((name) => fields[name] ?? null);
  return createHash("sha256")
    .update(JSON.stringify([task.name, ...values]))
    .digest("base64url");
}
