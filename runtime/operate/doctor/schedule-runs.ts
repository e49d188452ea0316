import { type Check, type Finding, problems } from "./check.js";

/** Schedules that will never run again, or are late. */
export const scheduleRuns: Check = {
  name: "schedule-runs",
  async examine({ schedules, queues, now }) {
    const [views, all] = await Promise.all([schedules(), queues()]);
    const paused = new Set(all.filter(({ isPaused }) => isPaused).map(({ name }) => name));
    const found = views.flatMap(({ state, task, queue, nextRunAt, lagMs }): Finding[] => {
      if (state === "foreign" || state === "missing") return [];
      if (nextRunAt === undefined) {
        return [
          {
            level: "error",
            found: `${task} is scheduled, and the job of its next run is gone.`,
            why: "BullMQ makes each run when the one before it starts, so nothing will ever start it again.",
            wayOut: "taskwright schedules sync writes the schedule anew; so does a worker that starts.",
          },
        ];
      }
      if (lagMs < mostLagMs || paused.has(queue)) return [];
      return [
        {
          level: "warning",
          found: `${task} was due ${Math.round(lagMs / 60_000)} min ago (${new Date(now - lagMs).toISOString()}) and has not started.`,
          why: "No worker serves its queue, or all of them are busy.",
          wayOut: `taskwright workers ls shows who serves ${queue}; give them more \`concurrency\`, or the queue more weight.`,
        },
      ];
    });
    return problems(found, "No schedule is late, and each has a next run.");
  },
};

const mostLagMs = 60_000;
