import { createRequire } from "node:module";
import { type Diagnostic, didYouMean, error, nearest, quote } from "../diagnostic.js";
import type { Located } from "../source.js";
import type { WorkflowRule } from "./rule.js";

/** Every cron can be read, fires at some time, and has a time zone that exists. */
export const checkCrons: WorkflowRule = ({ tasks }) =>
  tasks.flatMap((task) =>
    task.schedules.flatMap((schedule) => [...checkCron(schedule.cron), ...checkTimezone(schedule.timezone)]),
  );

function checkCron(cron: Located<string>): Diagnostic[] {
  const problem = describeProblem(cron.value);
  return problem === undefined ? [] : [error("invalid-cron", cron.span, `${quote(cron.value)} ${problem}`)];
}

/** A year that has a 29 February, so that the answer never depends on the day of compilation. */
const leapYear = new Date("2024-01-01T00:00:00Z");

function describeProblem(cron: string): string | undefined {
  const fields = cron.trim().split(/\s+/);
  if (!cron.startsWith("@") && fields.length !== 5 && fields.length !== 6) {
    return `has ${fields.length} fields. Write five: ${fieldNames}; or six, with seconds first.`;
  }
  if (cron.startsWith("@") && !nicknames.includes(cron)) {
    return `is no nickname of a cron.${didYouMean(cron, nicknames)}`;
  }
  // BullMQ would pick a random time for `H` on every process, so that workers disagree.
  if (/(^|[\s,/-])H/.test(cron))
    return `uses ${quote("H")}, which every worker would read differently. Write a number.`;
  // Loaded at the first cron: many a run has none.
  const { CronExpressionParser } = createRequire(import.meta.url)("cron-parser") as typeof import("cron-parser");
  try {
    CronExpressionParser.parse(cron, { currentDate: leapYear, tz: "UTC" }).next();
    return undefined;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/\.$/, "") : String(cause);
    return /loop limit|invalid explicit day of month|out of the timespan/i.test(reason)
      ? "never fires: no month has that day."
      : `is not a cron expression: ${inWords(reason)}. Fields: ${fieldNames}.`;
  }
}

const fieldNames = "minute, hour, day of month, month, day of week";

/** Those that cron-parser, and so BullMQ, knows. */
const nicknames = "@yearly @annually @monthly @weekly @daily @hourly @minutely @secondly @weekdays @weekends".split(
  " ",
);

/** What cron-parser says, for those who don't know it. */
function inWords(reason: string): string {
  const [, beyond, from, to] = /got (?:value|range) (\S+) expected range (\d+)-(\d+)/.exec(reason) ?? [];
  if (beyond !== undefined) return `${quote(beyond)} stands where ${from} to ${to} may stand`;
  const [, name] = /cannot resolve alias "(.*)"/.exec(reason) ?? [];
  if (name !== undefined)
    return `${quote(name)} is no name of a month or a weekday; write ${quote("jan")} or ${quote("mon")}`;
  return reason;
}

function checkTimezone(timezone: Located<string>): Diagnostic[] {
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone.value });
    return [];
  } catch {
    const zones = Intl.supportedValuesOf("timeZone");
    const meant = zones.find((zone) => isCityOf(zone, timezone.value)) ?? nearest(timezone.value, zones);
    const wayOut =
      meant === undefined ? `Use an IANA name such as ${quote("Africa/Lagos")}.` : `Did you mean ${quote(meant)}?`;
    const message = `There is no time zone ${quote(timezone.value)}. ${wayOut}`;
    return [error("unknown-timezone", timezone.span, message)];
  }
}

function isCityOf(zone: string, typed: string): boolean {
  return zone.toLowerCase().endsWith(`/${typed.toLowerCase().replaceAll(" ", "_")}`);
}
