import { AsyncResource } from "node:async_hooks";

/** A call that is to be made, until it is made or cleared. */
export interface Alarm {
  readonly dueAt: number;
  readonly ring: () => void;
}

/**
 * Calls `ring` in `ms`, or up to `longestDelayMs` later, unless it is cleared before.
 *
 * What nearly always ends in time, an attempt or a call of Redis, is watched so. All alarms share one timer, which goes
 * on when they are cleared, so that a job costs no timer of Node's. It doesn't keep the process alive.
 */
export function setAlarm(ms: number, ring: () => void): Alarm {
  const now = performance.now();
  const alarm = { dueAt: now + ms, ring };
  alarms.add(alarm);
  if (alarm.dueAt < ringsAt) wakeAt(alarm.dueAt, now);
  return alarm;
}

/** Calls it off. Does nothing once it has rung. */
export function clearAlarm(alarm: Alarm | undefined): void {
  if (alarm !== undefined) alarms.delete(alarm);
}

const alarms = new Set<Alarm>();
/** The timer is nobody's: armed by one job's call, it would ring another's alarm in the context of the first. */
const nobody = new AsyncResource("taskwright alarms");
let ringsAt = Number.POSITIVE_INFINITY;
let timer: NodeJS.Timeout | undefined;

/** All are looked through each time. */
const longestDelayMs = 10;
/** Node fires a longer one at once. */
const longestTimerMs = 2 ** 31 - 1;

function wakeAt(at: number, now: number): void {
  clearTimeout(timer);
  ringsAt = at;
  const ms = Math.min(Math.max(at - now, 0), longestTimerMs);
  timer = nobody.runInAsyncScope(() => setTimeout(ringDue, ms).unref());
}

function ringDue(): void {
  const now = performance.now();
  const due: Alarm[] = [];
  let next = Number.POSITIVE_INFINITY;
  for (const alarm of alarms) {
    // Node's timers count whole milliseconds, and may be early by a part of one.
    if (alarm.dueAt < now + 1) due.push(alarm);
    else next = Math.min(next, alarm.dueAt);
  }
  ringsAt = Number.POSITIVE_INFINITY;
  if (next < ringsAt) wakeAt(Math.max(next, now + longestDelayMs), now);
  for (const alarm of due) if (alarms.delete(alarm)) alarm.ring();
}
