import { type Check, count, problems } from "./check.js";

/** Somebody paused a queue and may have forgotten it. */
export const pausedQueues: Check = {
  name: "paused-queues",
  async examine({ queues }) {
    const paused = (await queues()).filter(({ isPaused }) => isPaused);
    return problems(
      paused
        .filter(({ counts }) => counts.waiting > 0)
        .map(({ name, counts, oldestWaitingMs = 0 }) => ({
          level: "warning",
          found: `${name} is paused, with ${count(counts.waiting, "job")} waiting, one for ${minutes(oldestWaitingMs)}.`,
          why: "No worker takes a job of a paused queue, and schedules run late.",
          wayOut: `When whatever it was paused for is over: taskwright queues resume ${name}`,
        })),
      paused.length === 0
        ? "No queue is paused."
        : `${paused.map(({ name }) => name).join(", ")}: paused, and nothing waits there.`,
    );
  },
};

function minutes(ms: number): string {
  const whole = Math.floor(ms / 60_000);
  if (whole < 1) return "less than a minute";
  return whole < 120 ? count(whole, "minute") : count(Math.floor(whole / 60), "hour");
}
