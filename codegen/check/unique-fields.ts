import type { Catalog, CatalogTask, CatalogWorkflow } from "../catalog.js";
import { type Diagnostic, error, quote } from "../diagnostic.js";
import { faultOfField } from "./payload-fields.js";
import type { WorkflowRule } from "./rule.js";

/** `unique` tells jobs apart by fields that every payload has, each with one plain value, and says for how long. */
export const checkUniqueFields: WorkflowRule = (workflow, catalog) =>
  workflow.tasks.flatMap((task) => [
    ...checkFields(task, workflow, catalog),
    ...checkEnd(task),
    ...checkSchedules(task),
  ]);

function checkFields({ name: task, unique, payload }: CatalogTask, from: CatalogWorkflow, catalog: Catalog) {
  return (unique?.by ?? []).flatMap(({ value: name, span }): Diagnostic[] => {
    const refuse = (message: string) => [error("invalid-unique", span, message)];
    if (payload === undefined) {
      return refuse(`${quote(task.value)} has no payload. For one live job of the task, write ${quote("by: []")}.`);
    }
    const fault = faultOfField(name, payload.value, from, catalog);
    return fault === undefined ? [] : refuse(fault);
  });
}

function checkEnd({ unique }: CatalogTask): Diagnostic[] {
  if (unique === undefined || (unique.forMs === undefined) !== (unique.until === undefined)) return [];
  const say = `Write ${quote("for: 12h")} (at most this long) or ${quote("until: completed")}`;
  const both = unique.until !== undefined;
  return [error("invalid-unique", unique.until?.span ?? unique.span, both ? `${say}, not both.` : `${say}.`)];
}

/** BullMQ's schedulers heed no deduplication. */
function checkSchedules({ unique, schedules }: CatalogTask): Diagnostic[] {
  if (unique === undefined || schedules.length === 0) return [];
  const message = `${quote("unique")} is not available yet for a task with a schedule: its runs would be held back by nothing. Let the schedule run a task of its own that enqueues this one.`;
  return [error("not-available", unique.span, message)];
}
