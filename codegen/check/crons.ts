import { createRequire } from "node:module";
import { type Diagnostic, didYouMean, error, quote } from "../diagnostic.js";
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
    return `has ${fields.length} fields. Write five: minute, hour, day of month, month, day of week.`;
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
      : `is not a cron expression: ${reason}. Fields: minute, hour, day of month, month, day of week.`;
  }
}

function checkTimezone(timezone: Located<string>): Diagnostic[] {
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone.value });
    return [];
  } catch {
    const wayOut = didYouMean(timezone.value, Intl.supportedValuesOf("timeZone"));
    const message = `There is no time zone ${quote(timezone.value)}.${wayOut} Use an IANA name such as ${quote("Africa/Lagos")}.`;
    return [error("unknown-timezone", timezone.span, message)];
  }
}
