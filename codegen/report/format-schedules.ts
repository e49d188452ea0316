import { CronExpressionParser } from "cron-parser";
import type { Colors } from "picocolors/types.js";
import { cronInWords } from "../words.js";

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
      ...nextRuns(cron, timezone, now).map((run) => colors.dim(`    ${run}`)),
    ]),
  );
  return lines.length === 0 ? "No task has a schedule.\n" : `${lines.join("\n")}\n`;
}

/** On the clocks of the time zone, with their distance from UTC, which a daylight saving time changes. */
function nextRuns(cron: string, timezone: string, now: Date): string[] {
  const runs = CronExpressionParser.parse(cron, { currentDate: now, tz: timezone });
  // Swedes write dates as ISO 8601 does.
  const clock = new Intl.DateTimeFormat("sv-SE", {
    timeZone: timezone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  const offset = new Intl.DateTimeFormat("en-GB", { timeZone: timezone, timeZoneName: "longOffset" });
  return Array.from({ length: runsShown }, () => {
    const run = runs.next().toDate();
    const zone = offset.formatToParts(run).find(({ type }) => type === "timeZoneName")?.value;
    return `${clock.format(run)} ${zone === "GMT" ? "UTC" : zone?.replace("GMT", "UTC")}`;
  });
}
