import { getNextMillis } from "bullmq";
import { expect, test } from "vitest";
import { nextTick, nextTicks } from "../../../runtime/upkeep/next-tick.js";

const island = "Australia/Lord_Howe";

/** The next ticks as `MM-DDTHH:MMZ`, and what the clocks there show. */
function ticks(pattern: string, from: string, count: number, tz = island): string[] {
  const clock = new Intl.DateTimeFormat("sv-SE", { timeZone: tz, dateStyle: "short", timeStyle: "short" });
  const found: string[] = [];
  for (let tick = Date.parse(from); found.length < count; ) {
    tick = nextTick(tick, { pattern, tz }) ?? Number.NaN;
    found.push(`${new Date(tick).toISOString().slice(5, 16)}Z ${clock.format(tick).slice(11)}`);
  }
  return found;
}

test("what BullMQ says by itself there: nothing at all", () => {
  expect(getNextMillis(Date.parse("2027-04-03T12:00Z"), { pattern: "0 12 * * *", tz: island })).toBeUndefined();
});

// In spring the clocks go from 02:00 to 02:30, at 15:30Z of the day before.
test.each([
  ["before", "45 1 * * *", ["10-02T15:15Z 01:45", "10-03T14:45Z 01:45"]],
  ["at a time that is left out, later by as much", "15 2 * * *", ["10-02T15:45Z 02:45", "10-03T15:15Z 02:15"]],
  ["at the first that there is again", "30 2 * * *", ["10-02T15:30Z 02:30", "10-03T15:30Z 02:30"]],
  ["after", "0 12 * * *", ["10-03T01:00Z 12:00", "10-04T01:00Z 12:00"]],
  [
    "both, in the order in which they come",
    "15,35 2 * * *",
    ["10-02T15:35Z 02:35", "10-02T15:45Z 02:45", "10-03T15:15Z 02:15"],
  ],
  ["every hour", "0 * * * *", ["10-02T13:30Z 00:00", "10-02T14:30Z 01:00", "10-02T15:30Z 02:30", "10-02T16:00Z 03:00"]],
])("spring on Lord Howe Island: %s", (_, pattern, expected) => {
  expect(ticks(pattern, "2027-10-02T13:00Z", expected.length)).toEqual(expected);
});

// In autumn they go from 02:00 to 01:30, at 15:00Z.
test.each([
  ["before", "15 1 * * *", ["04-03T14:15Z 01:15", "04-04T14:45Z 01:15"]],
  ["at a time that is repeated, once", "45 1 * * *", ["04-03T14:45Z 01:45", "04-04T15:15Z 01:45"]],
  ["at the first that is not", "0 2 * * *", ["04-03T15:30Z 02:00", "04-04T15:30Z 02:00"]],
  ["after", "0 12 * * *", ["04-04T01:30Z 12:00", "04-05T01:30Z 12:00"]],
  [
    "in every hour, twice",
    "45 * * * *",
    ["04-03T12:45Z 23:45", "04-03T13:45Z 00:45", "04-03T14:45Z 01:45", "04-03T15:15Z 01:45", "04-03T16:15Z 02:45"],
  ],
  ["once a year, over both changes", "0 9 1 6 *", ["05-31T22:30Z 09:00", "05-31T22:30Z 09:00"]],
])("autumn on Lord Howe Island: %s", (_, pattern, expected) => {
  expect(ticks(pattern, "2027-04-03T12:00Z", expected.length)).toEqual(expected);
});

test.each(["2027-04-03T10:00Z", "2027-10-02T10:00Z"])("from %s every ten minutes are ten minutes", (from) => {
  let tick = Date.parse(from);
  for (let n = 0; n < 100; n += 1) {
    const next = nextTick(tick, { pattern: "*/10 * * * *", tz: island });
    expect(next).toBe(tick + 600_000);
    tick = next ?? 0;
  }
});

test("it can be asked from any moment: none is passed over, and none comes twice", () => {
  for (const pattern of ["15 2 * * *", "45 1 * * *", "*/7 * * * *", "15,35 1,2 * * *"]) {
    for (const day of ["2027-04-03T12:00Z", "2027-10-02T12:00Z"]) {
      const all = new Set<number>();
      const [from, until] = [Date.parse(day), Date.parse(day) + 8 * 3_600_000];
      for (let tick = nextTick(from, { pattern, tz: island }); tick !== undefined && tick < until; ) {
        all.add(tick);
        tick = nextTick(tick, { pattern, tz: island });
      }
      for (let now = from; now < until; now += 60_000) {
        const expected = [...all].find((tick) => tick > now);
        if (expected !== undefined) expect(nextTick(now, { pattern, tz: island })).toBe(expected);
      }
    }
  }
});

test.each(["UTC", "Europe/Berlin", "America/New_York", "Africa/Lagos", "Antarctica/Troll"])(
  "in %s it says what BullMQ says",
  (tz) => {
    for (const pattern of ["30 2 * * *", "*/15 * * * *", "0 0 * * 0"]) {
      for (let now = Date.UTC(2027, 0, 1); now < Date.UTC(2028, 0, 1); now += 13 * 3_600_000) {
        expect(nextTick(now, { pattern, tz })).toBe(getNextMillis(now, { pattern, tz }));
      }
    }
  },
);

test.each(["no cron", "0 0 30 2 *"])("`%s` is an error everywhere", (pattern) => {
  for (const tz of ["UTC", island]) expect(() => nextTick(0, { pattern, tz })).toThrow();
});

test("several at once go over a change of the clocks", () => {
  const found = nextTicks("0 12 * * *", island, Date.parse("2027-04-02T12:00Z"), 3);
  expect(found.map((tick) => new Date(tick).toISOString().slice(5, 16))).toEqual([
    "04-03T01:00",
    "04-04T01:30",
    "04-05T01:30",
  ]);
});
