import type { Colors } from "picocolors/types.js";
import { cronInWords } from "../words.js";
import { clockTime, nextRuns } from "./next-runs.js";

/** A task's schedules as `manifest.json` holds them. */
export interface ScheduledTask {
  /** Wire name. */
  readonly name: string;
  readonly schedules: readonly { readonly name: string; readonly cron: string; readonly timezone: string }[];
}

const runsShown = 3;

/** Every schedule in words, with its next {@link runsShown} runs after `now` on the clocks of its own time zone. */
export function formatSchedules(tasks: readonly ScheduledTask[], now: Date, colors: Colors): string {
  const lines = tasks.flatMap(({ name: task, schedules }) =>
    schedules.flatMap(({ name, cron, timezone }) => [
      `${colors.bold(task)}${name === "default" ? "" : ` (${name})`}: ${cronInWords(cron)}, ${timezone}`,
      ...nextRuns(cron, timezone, now, runsShown).map((run) => colors.dim(`    ${clockTime(run, timezone)}`)),
    ]),
  );
  return lines.length === 0 ? "No task has a schedule.\n" : `${lines.join("\n")}\n`;
}
