import picocolors from "picocolors";
import { expect, it } from "vitest";
import { formatSchedules } from "../../../codegen/index.js";

const colors = picocolors.createColors(false);
const now = new Date("2026-03-28T12:00:00Z");

it.each([
  ["five fields", "0 9 * * 1-5", "Africa/Lagos", "At 09:00, Monday through Friday", "2026-03-30 09:00:00 UTC+01:00"],
  ["six fields", "*/10 * * * * *", "UTC", "Every 10 seconds", "2026-03-28 12:00:10 UTC+00:00"],
  ["a nickname", "@weekly", "America/New_York", "At 00:00, only on Sunday", "2026-03-29 00:00:00 UTC-04:00"],
  ["a nickname of ours", "@weekdays", "UTC", "At 00:00, Monday through Friday", "2026-03-30 00:00:00"],
  ["a leap day", "0 0 29 2 *", "UTC", "At 00:00, on day 29 of the month, only in February", "2028-02-29 00:00:00"],
])("tells of %s", (_title, cron, timezone, words, next) => {
  const shown = formatSchedules([{ name: "a:b", schedules: [{ name: "default", cron, timezone }] }], now, colors);
  expect(shown.split("\n")[0]).toBe(`a:b: ${words}, ${timezone}`);
  expect(shown.split("\n")[1]).toContain(`    ${next}`);
  expect(shown.trimEnd().split("\n")).toHaveLength(4);
});

it("keeps the clock when daylight saving time begins", () => {
  const nightly = { name: "nightly", cron: "30 1 * * *", timezone: "Europe/Warsaw" };
  expect(formatSchedules([{ name: "a:b", schedules: [nightly] }], now, colors)).toBe(
    [
      "a:b (nightly): At 01:30, Europe/Warsaw",
      "    2026-03-29 01:30:00 UTC+01:00",
      "    2026-03-30 01:30:00 UTC+02:00",
      "    2026-03-31 01:30:00 UTC+02:00",
      "",
    ].join("\n"),
  );
});

it("says when there is none", () => {
  expect(formatSchedules([{ name: "a:b", schedules: [] }], now, colors)).toBe("No task has a schedule.\n");
});
