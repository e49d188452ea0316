import type { ScheduleDifference } from "../upkeep/compare-schedules.js";
import { readScheduleId } from "../upkeep/planned-schedules.js";
import type { Mask } from "./mask.js";

/** What is told of a schedule, or of a change of one. */
interface Told {
  /** Of the job scheduler. */
  readonly id: string;
  readonly payload?: unknown;
  readonly differences: readonly ScheduleDifference[];
}

/** The same, with what is marked as sensitive hidden in its payload, and in the payloads that differ. */
export function maskSchedule<Schedule extends Told>(schedule: Schedule, mask: Mask): Schedule {
  // Of another maker's schedule nothing tells what its payload holds.
  const task = readScheduleId(schedule.id)?.task ?? "";
  const differences = schedule.differences.map(({ of, stored, declared }) =>
    of === "payload"
      ? { of, stored: mask.payload(task, stored), declared: mask.payload(task, declared) }
      : { of, stored, declared },
  );
  const payload = "payload" in schedule ? { payload: mask.payload(task, schedule.payload) } : {};
  return { ...schedule, ...payload, differences };
}
