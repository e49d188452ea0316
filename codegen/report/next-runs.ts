import { createRequire } from "node:module";

/**
 * The next `count` times after `from` at which a cron fires, as BullMQ reads it. Fewer where a zone is about to move its
 * clocks by a part of an hour (`Australia/Lord_Howe`): cron-parser finds nothing beyond, the runtime does by itself.
 */
export function nextRuns(cron: string, timezone: string, from: Date, count: number): Date[] {
  // Loaded here: few runs tell of schedules.
  const { CronExpressionParser } = createRequire(import.meta.url)("cron-parser") as typeof import("cron-parser");
  const runs = CronExpressionParser.parse(cron, { currentDate: from, tz: timezone });
  const found: Date[] = [];
  try {
    while (found.length < count) found.push(runs.next().toDate());
  } catch {
    // It was read, so all that can be wrong is that there is no next.
  }
  return found;
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
