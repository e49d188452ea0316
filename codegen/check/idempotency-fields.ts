import type { Catalog, CatalogTask, CatalogWorkflow } from "../catalog.js";
import { type Diagnostic, error, quote } from "../diagnostic.js";
import { faultOfField } from "./payload-fields.js";
import type { WorkflowRule } from "./rule.js";

/** An idempotency key is made of fields that every payload has, each with one plain value, and means one effect. */
export const checkIdempotencyFields: WorkflowRule = (workflow, catalog) =>
  workflow.tasks.flatMap((task) => [
    ...checkFields(task, workflow, catalog),
    ...checkDuplicates(task),
    ...checkSchedules(task),
  ]);

function checkFields({ name: task, idempotency, payload }: CatalogTask, from: CatalogWorkflow, catalog: Catalog) {
  if (idempotency === undefined) return [];
  const { span, key, fingerprint } = idempotency;
  const refuse = (message: string, at = span): Diagnostic[] => [error("invalid-idempotency", at, message)];
  if (payload === undefined) {
    return refuse(`${quote(task.value)} has no payload, so nothing tells its effects apart. Give it one with a key.`);
  }
  if (key.length === 0) {
    return refuse(
      `With an empty ${quote("key")} the task could run once and never again. Name a field of the payload.`,
    );
  }
  if (fingerprint?.length === 0) {
    return refuse(`An empty ${quote("fingerprint")} compares nothing. Name fields, or leave it out for all of them.`);
  }
  return [...key, ...(fingerprint ?? [])].flatMap(({ value: name, span: at }) => {
    const fault = faultOfField(name, payload.value, from, catalog);
    return fault === undefined ? [] : refuse(fault, at);
  });
}

/** Whoever waits for a job is promised a result. */
function checkDuplicates({ idempotency, result }: CatalogTask): Diagnostic[] {
  if (idempotency?.onDuplicate.value !== "skip" || result === undefined) return [];
  const message = `${quote("skip")} drops a duplicate, though the task has a result that somebody may wait for. Use ${quote("onDuplicate: result")} or ${quote("error")}.`;
  return [error("invalid-idempotency", idempotency.onDuplicate.span, message)];
}

function checkSchedules({ idempotency, schedules }: CatalogTask): Diagnostic[] {
  if (idempotency === undefined || schedules.length === 0) return [];
  const message = `A schedule's payload is the same each time, so every run after the first would be a duplicate. Let the schedule run a task of its own that enqueues this one.`;
  return [error("invalid-idempotency", idempotency.span, message)];
}
