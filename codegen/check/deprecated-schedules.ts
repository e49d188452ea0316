import { quote, warning } from "../diagnostic.js";
import type { WorkflowRule } from "./rule.js";

/** A deprecated task does not go on running by itself. */
export const checkDeprecatedSchedules: WorkflowRule = ({ tasks }) =>
  tasks.flatMap((task) => {
    if (task.deprecated === undefined) return [];
    const message = `${quote(task.name.value)} is deprecated and still scheduled. Move the schedule to what replaces it.`;
    return task.schedules.map((schedule) => warning("deprecated-schedule", schedule.cron.span, message));
  });
