import cronstrue from "cronstrue";

/** A cron in words, with its time zone: `At 00:00, only on Sunday (Africa/Lagos)`; as it is written where it cannot be told. */
export function cronInWords(cron: string, timezone: string): string {
  return `${describe(cron)} (${timezone})`;
}

/** Another program's schedule may be one that runs and has no words, such as `@minutely`. */
function describe(cron: string): string {
  try {
    return cronstrue.toString(cron, { use24HourTimeFormat: true });
  } catch {
    return cron;
  }
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
