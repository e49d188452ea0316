import { writeSync } from "node:fs";
import type { SubjectName } from "./subjects.js";

/** Where a worker can be struck: around each step that something outside of it remembers. */
export const points = [
  "before claim",
  "after claim",
  "before effect",
  "after effect",
  "before commit",
  "after commit",
  "before completion",
  "after completion",
] as const;

export type Point = (typeof points)[number];

/** What becomes of the worker that reaches `point` next, with a job of `subject`. */
export interface Order {
  readonly id: number;
  readonly subject: SubjectName;
  readonly point: Point;
  readonly signal: "SIGKILL" | "SIGSTOP";
}

/** The points of a subject: the pattern that ours is compared with commits nothing. */
export function pointsOf(subject: SubjectName): readonly Point[] {
  return subject === "setnx" ? points.filter((point) => !point.endsWith("commit")) : points;
}

let armed: Order | undefined;

/** Heeds the orders of the parent process, one at a time. */
export function heedOrders(): void {
  process.on("message", (order: Order) => {
    armed = order;
  });
}

/** Strikes this process, here and now, if it was ordered to. */
export function reach(subject: SubjectName, point: Point): void {
  if (armed?.subject !== subject || armed.point !== point) return;
  const { id, signal } = armed;
  armed = undefined;
  tell(`reached ${id}`);
  // The kernel acts on it before the call returns: not a line more is run, nor a byte of what waits to be written sent.
  process.kill(process.pid, signal);
}

/** Says a line to the parent, which is with it when this returns. */
export function tell(line: string): void {
  writeSync(1, `${line}\n`);
}
