import type { CatalogSchedule, CatalogTask } from "../catalog.js";
import { type Diagnostic, error, quote } from "../diagnostic.js";
import type { WorkflowRule } from "./rule.js";

/** A task has one bare `cron` or named `schedules`, and each carries a payload exactly when the task takes one. */
export const checkSchedules: WorkflowRule = ({ node, tasks }) => [
  ...(node.settings.tasks?.entries ?? []).flatMap(({ name, value: task }) => {
    if (task.cron === undefined || task.schedules === undefined) return [];
    const message = `${quote(name)} has both ${quote("cron")} and ${quote("schedules")}. Move the cron into the schedules, under a name.`;
    return [
      error("cron-and-schedules", task.cron.span, message, [
        { message: "The schedules are here.", span: task.schedules.span },
      ]),
    ];
  }),
  ...tasks.flatMap((task) => task.schedules.flatMap((schedule) => checkPayloadPresence(task, schedule))),
];

function checkPayloadPresence(task: CatalogTask, schedule: CatalogSchedule): Diagnostic[] {
  if (task.payload === undefined && schedule.payload !== undefined) {
    const message = `${quote(task.name.value)} takes no payload, but this schedule has one. Remove it, or declare the task's ${quote("payload")}.`;
    return [error("schedule-payload", schedule.payload.span, message)];
  }
  if (task.payload !== undefined && schedule.payload === undefined) {
    const message = `${quote(task.name.value)} takes a payload, but its schedule has none. Give it one under ${quote("schedules")}.`;
    return [error("schedule-payload", schedule.cron.span, message)];
  }
  return [];
}
