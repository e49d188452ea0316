import type { QueueView } from "../queue-views.js";
import { type Check, count, type Finding, list, problems, skipped } from "./check.js";

/** Somebody has to take the jobs of each queue. */
export const workers: Check = {
  name: "workers",
  async examine(patient) {
    const [present, queues, schedules] = await Promise.all([patient.workers(), patient.queues(), patient.schedules()]);
    if (present.length === 0 && patient.isEmbedded)
      return skipped("The workers of an embedded store are in its own process, and seen there alone.");
    const fetching = present.filter(({ state }) => state === "fetching");
    const served = new Set(fetching.flatMap((worker) => worker.queues.map(({ name }) => name)));
    const unserved = queues.filter(({ name, tasks }) => !served.has(name) && tasks.length > 0);
    const waiting = unserved.filter(({ counts }) => counts.waiting + counts.active > 0);
    const scheduled = new Set(schedules.filter(({ state }) => state === "asDeclared").map(({ queue }) => queue));
    const later = unserved.filter(
      (queue) => !waiting.includes(queue) && (queue.counts.delayed > 0 || scheduled.has(queue.name)),
    );
    return problems(
      [
        ...(waiting.length > 0 ? [nobodyRuns(waiting, present.length)] : []),
        ...(later.length > 0 ? [nobodyWill(later)] : []),
      ],
      present.length === 0
        ? "No worker is there, and no job waits for one."
        : `Taking jobs of every queue that has some: ${count(fetching.length, "worker")}.`,
    );
  },
};

function nobodyRuns(queues: readonly QueueView[], present: number): Finding {
  const jobs = queues.reduce((sum, { counts }) => sum + counts.waiting + counts.active, 0);
  const others = present === 0 ? "no worker is there" : `none of ${count(present, "worker")} takes them`;
  return {
    level: "error",
    found: `${count(jobs, "job")} to run in ${list(queues.map(({ name }) => name))}, and ${others}.`,
    why: "They don't run until a worker serves their queue.",
    wayOut:
      "Start `taskwright worker`, or look at `taskwright workers ls`: `--queues` leaves queues out, and a suspended worker takes nothing.",
  };
}

function nobodyWill(queues: readonly QueueView[]): Finding {
  return {
    level: "warning",
    found: `No worker serves ${list(queues.map(({ name }) => name))}, where jobs fall due later.`,
    why: "Delayed jobs and schedules run late, by as long as there is none.",
    wayOut: "Start `taskwright worker` before they are due.",
  };
}
