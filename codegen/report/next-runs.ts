import { CronExpressionParser } from "cron-parser";

/** The next `count` times after `from` at which a cron fires, as BullMQ reads it. */
export function nextRuns(cron: string, timezone: string, from: Date, count: number): Date[] {
  const runs = CronExpressionParser.parse(cron, { currentDate: from, tz: timezone });
  return Array.from({ length: count }, () => runs.next().toDate());
}

/**
 * A time on the clocks of a time zone, with their distance from UTC, which a daylight saving time changes:
 * `2026-03-29 01:30:00 UTC+01:00`.
 */
export function clockTime(time: Date, timezone: string): string {
  // Swedes write dates as ISO 8601 does.
  const clock = new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short", timeStyle: "medium" });
  const offset = new Intl.DateTimeFormat("en-GB", { timeZone: timezone, timeZoneName: "longOffset" });
  const zone = offset.formatToParts(time).find(({ type }) => type === "timeZoneName")?.value;
  return `${clock.format(time)} ${zone === "GMT" ? "UTC" : zone?.replace("GMT", "UTC")}`;
}
