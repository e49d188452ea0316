import { CronExpressionParser } from "cron-parser";
import cronstrue from "cronstrue";

/** A cron expression in words, with its time zone: `At 00:00, only on Sunday (Africa/Lagos)`. */
export function cronInWords(cron: string, timezone: string): string {
  return `${cronstrue.toString(cron, { use24HourTimeFormat: true })} (${timezone})`;
}

/** The next `count` times of a cron expression after `from`, in ms since 1970. */
export function nextTimes(cron: string, timezone: string, from: number, count: number): readonly number[] {
  const times = CronExpressionParser.parse(cron, { tz: timezone, currentDate: new Date(from) });
  return times.take(count).map((time) => time.getTime());
}

/** A time as the clocks of `timezone` show it: `Sun 29 Nov 2026, 00:00`. */
export function clockTime(at: number, timezone: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  }).format(at);
}
