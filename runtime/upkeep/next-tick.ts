import { getNextMillis, type RepeatOptions } from "bullmq";

/**
 * When a cron fires next after `after`, both in ms since 1970; undefined: never again. Pure.
 *
 * A time that the clocks leave out comes as much later as they are moved, that day. One that they repeat comes once, but
 * twice where the cron fires in every hour. BullMQ's own answer is that, except in zones that move their clocks by a part
 * of an hour (`Australia/Lord_Howe`): there it leaves ticks out in spring, and knows no next run in autumn, so that the
 * schedule would end without a word.
 */
export function nextTick(after: number, repeat: RepeatOptions): number | undefined {
  const { pattern, tz, startDate } = repeat;
  if (pattern === undefined || tz === undefined || startDate !== undefined || !movesByPartOfAnHour(tz, after)) {
    return getNextMillis(after, repeat);
  }
  let from = after;
  let change = findChange(tz, after - longestMoveMs, after);
  for (;;) {
    const tick = earliest(regularTick(from, pattern, tz, change), leftOutTick(from, pattern, change));
    if (tick === undefined) return undefined;
    const next = findChange(tz, Math.max(from, change?.at ?? from), tick);
    if (next === undefined) return tick;
    // From there on the clocks say something else.
    change = next;
    from = next.at - 1;
  }
}

/** The next `count` ticks after `after`, fewer where it fires never again. Throws for what is no cron. Pure; see `nextTick`. */
export function nextTicks(pattern: string, tz: string, after: number, count: number): readonly number[] {
  const ticks: number[] = [];
  while (ticks.length < count) {
    const tick = nextTick(ticks.at(-1) ?? after, { pattern, tz });
    if (tick === undefined) break;
    ticks.push(tick);
  }
  return ticks;
}

/** A move of the clocks: their distance from UTC, in ms, before `at` and from then on. */
interface Change {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const longestMoveMs = 3 * hourMs;

/** By the clocks after `change`; where they were put back, what they show a second time counts no more. */
function regularTick(from: number, pattern: string, tz: string, change: Change | undefined): number | undefined {
  if (change === undefined) return clockTick(from, pattern, offsetAt(tz, from));
  const repeatedMs = firesInEveryHour(pattern) ? 0 : Math.max(0, change.before - change.after);
  return clockTick(Math.max(from, change.at + repeatedMs - 1), pattern, change.after);
}

/** A time that the clocks left out, by what they showed before. */
function leftOutTick(from: number, pattern: string, change: Change | undefined): number | undefined {
  if (change === undefined || change.after <= change.before) return undefined;
  const tick = clockTick(from, pattern, change.before);
  return tick !== undefined && tick < change.at + change.after - change.before ? tick : undefined;
}

/** By clocks that never move. */
function clockTick(from: number, pattern: string, offsetMs: number): number | undefined {
  const tick = getNextMillis(from + offsetMs, { pattern, tz: "UTC" });
  return tick === undefined ? undefined : tick - offsetMs;
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function firesInEveryHour(pattern: string): boolean {
  const hour = pattern.trim().split(/\s+/).at(-4);
  return hour === undefined ? /^@(hourly|minutely|secondly)$/.test(pattern) : hour === "*";
}

/** The first move of the clocks after `from`, at `until` at the latest. */
function findChange(tz: string, from: number, until: number): Change | undefined {
  const before = offsetAt(tz, from);
  for (let start = from; start < until; start += dayMs) {
    let [still, moved] = [start, Math.min(start + dayMs, until)];
    if (offsetAt(tz, moved) === before) continue;
    while (moved - still > 1) {
      const middle = Math.floor((still + moved) / 2);
      if (offsetAt(tz, middle) === before) still = middle;
      else moved = middle;
    }
    return { at: moved, before, after: offsetAt(tz, moved) };
  }
  return undefined;
}

const partial = new Map<string, boolean>();

function movesByPartOfAnHour(tz: string, now: number): boolean {
  const known = partial.get(tz);
  if (known !== undefined) return known;
  const year = new Date(now).getUTCFullYear();
  const moved = offsetAt(tz, Date.UTC(year, 0, 1)) - offsetAt(tz, Date.UTC(year, 6, 1));
  partial.set(tz, moved % hourMs !== 0);
  return moved % hourMs !== 0;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** How far the clocks of a zone are before UTC, in ms. */
function offsetAt(tz: string, time: number): number {
  const clock = clocks.get(tz) ?? new Intl.DateTimeFormat("en", { timeZone: tz, timeZoneName: "longOffset" });
  clocks.set(tz, clock);
  const shown = clock.formatToParts(time).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours = "0", minutes = "0"] = /([+-])(\d\d):(\d\d)/.exec(shown) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
