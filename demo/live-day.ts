import { setTimeout as wait } from "node:timers/promises";
import { pino } from "pino";
import { InvalidPayload, RedisUnavailable } from "taskwright";
import { openQueues, type Queues } from "taskwright/testing";
import { catalog } from "../generated/catalog.js";
import { createTasks, type Tasks } from "../generated/index.js";
import { createWorker } from "../generated/worker.js";
import { enqueueHour, hours } from "./day.js";
import { hooksTo, type JobCounts, type News } from "./news.js";
import { onSlowTransfer } from "./outside-world.js";

/*
 * The process that lives the day, from the hour FROM_HOUR on: it enqueues what happens and works on it. It may be killed at
 * any moment; the next one finds all in the store CONNECTION.
 */

const { CONNECTION: connection, FROM_HOUR = "0", LOG_LEVEL = "silent" } = process.env;
const hourMs = 600;

process.exitCode = await main();

async function main(): Promise<number> {
  const logger = pino({ level: LOG_LEVEL });
  onSlowTransfer((reference) => tell({ kind: "moved", reference }));
  // A dead worker's jobs are taken up at once, not after half a minute: so is the day short.
  const times = { lockDuration: "1s", stalledInterval: "500ms" };
  const worker = createWorker({ connection, concurrency: 10, logger, hooks: hooksTo(tell), ...times });
  const tasks = createTasks({ connection, logger });
  const queues = await openQueues(catalog, connection, logger);
  try {
    await worker.start();
    tell({ kind: "up" });
    await liveFrom(Number(FROM_HOUR), tasks, queues);
    const dead = (await queues.jobs("failed")).map(({ task, failedReason }) => ({ task, reason: failedReason }));
    tell({ kind: "over", counts: await countJobs(queues), dead, refusal: await refusalOf(tasks) });
    return 0;
  } catch (cause) {
    if (!(cause instanceof RedisUnavailable)) throw cause;
    tell({ kind: "unreachable", message: cause.message });
    return 3;
  } finally {
    await worker.close();
    await tasks.close();
    await queues.close();
    process.disconnect?.();
  }
}

async function liveFrom(first: number, tasks: Tasks, queues: Queues): Promise<void> {
  for (let hour = first; hour < hours; hour += 1) {
    const passed = wait(hourMs);
    tell({ kind: "hour", hour, enqueued: await enqueueHour(tasks, hour) });
    await passed;
  }
  // The next full hour may be far, and so are retries after n·n minutes: the demo turns the clock for both.
  await queues.promoteDelayed({ task: "system:cleanup_expired_otps" });
  while ((await countLeft(queues)) > 0) {
    await queues.promoteDelayed({ attempted: true });
    await wait(100);
  }
}

/** Jobs that have still to end today. */
async function countLeft(queues: Queues): Promise<number> {
  const counts = Object.values(await queues.counts());
  const atWork = counts.reduce((sum, { waiting, active }) => sum + waiting + active, 0);
  const delayed = (await queues.jobs("delayed")).filter(
    ({ task, attemptsMade }) => isOfToday(task) || attemptsMade > 0,
  );
  return atWork + delayed.length;
}

/** Reminders wait 24 hours, and each schedule for its next run. */
function isOfToday(task: string): boolean {
  return task !== "savings:contribution_reminder" && !task.startsWith("system:");
}

/** By the store itself, now that nothing moves: a worker that was killed may not have told of its last jobs. */
async function countJobs(queues: Queues): Promise<Record<string, JobCounts>> {
  const jobs = (
    await Promise.all((["delayed", "completed", "failed"] as const).map((state) => queues.jobs(state)))
  ).flat();
  const ofToday = jobs.filter(({ state, task }) => state !== "delayed" || !task.startsWith("system:"));
  const count = (task: string): JobCounts => {
    const states = ofToday.filter((job) => job.task === task).map(({ state }) => state);
    const [done, dead] = (["completed", "failed"] as const).map(
      (state) => states.filter((each) => each === state).length,
    );
    return { enqueued: states.length, done: done ?? 0, dead: dead ?? 0 };
  };
  return Object.fromEntries([...new Set(ofToday.map(({ task }) => task))].map((task) => [task, count(task)]));
}

async function refusalOf(tasks: Tasks): Promise<string> {
  try {
    await tasks.notification.sms.enqueue({ phone: "0801 234 5678", message: "", purpose: "otp" });
  } catch (cause) {
    if (cause instanceof InvalidPayload) return cause.message;
    throw cause;
  }
  throw new Error("A wrong payload was accepted.");
}

function tell(news: News): void {
  process.send?.(news);
}
