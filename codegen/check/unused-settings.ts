import { type Diagnostic, error, quote } from "../diagnostic.js";
import type { TaskDefaults, TaskSettings } from "../parse/workflow-language.js";
import type { WorkflowRule } from "./rule.js";

/** No setting stands where it has no effect. */
export const checkUnusedSettings: WorkflowRule = ({ node, tasks }) =>
  // The catalog has a task for each that is written, in the same order.
  (node.settings.tasks?.entries ?? []).flatMap(({ value }, index) => [
    ...unusedExponent(value, tasks[index]?.backoff.type),
    ...unusedScheduleKeys(value),
  ]);

function unusedExponent({ backoff }: TaskDefaults, type: string | undefined): Diagnostic[] {
  if (backoff?.exponent === undefined || type === "polynomial") return [];
  const message = `${quote("exponent")} has no effect on ${quote(type ?? "")} backoff. Remove it, or set ${quote("type: polynomial")}.`;
  return [error("unused-setting", backoff.exponent.span, message)];
}

function unusedScheduleKeys(task: TaskSettings): Diagnostic[] {
  if (task.cron !== undefined) return [];
  const needsCron = (["missed", "overlap"] as const).filter((name) => task[name] !== undefined);
  const needsSchedule = task.schedules === undefined && task.timezone !== undefined ? ["timezone" as const] : [];
  return [...needsCron, ...needsSchedule].flatMap((name) => {
    const span = task.keySpans.get(name);
    if (span === undefined) return [];
    return [
      error("unused-setting", span, `${quote(name)} has no effect on a task without ${quote("cron")}. Remove it.`),
    ];
  });
}
