import type { Priority } from "../task.js";

/**
 * BullMQ's number for a priority: the lowest runs first.
 *
 * Always set, since a BullMQ job without one overtakes every job that has one. The gaps leave room for priorities
 * between these. Source: `priority` in the workflow file or at the call.
 */
export function planPriority(priority: Priority): number {
  switch (priority) {
    case "high":
      return 100;
    case "normal":
      return 200;
    case "low":
      return 300;
  }
}
