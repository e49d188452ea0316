import { execFileSync } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import progress from "cli-progress";
import { pino } from "pino";
import { InvalidPayload, RedisUnavailable } from "taskwright";
import { openQueues, type Queues } from "taskwright/testing";
import type { Tasks } from "../generated/index.js";
import { enqueueHour, hours } from "./day.js";
import { ledgerFile, openLedger, readLedger } from "./ledger.js";
import { Scoreboard } from "./scoreboard.js";

/*
 * A day of the fintech's jobs in well under a minute: compiled, enqueued through the typed clients, run by a real
 * worker. Without REDIS_URL it all happens in this process, on the embedded store.
 */

const connection = process.env.REDIS_URL ?? "embedded:";
const hourMs = 350;

process.exitCode = await main();

async function main(): Promise<number> {
  console.log("Compiling workflows/ …");
  execFileSync("npm", ["run", "--silent", "codegen"], { stdio: "inherit" });
  // Imported only now, since compiling may just have written them.
  const { catalog } = await import("../generated/catalog.js");
  const { createTasks } = await import("../generated/index.js");
  const { createWorker } = await import("../generated/worker.js");

  openLedger();
  const names = Object.values(catalog.workflows).flatMap((tasks) => Object.values(tasks).map((task) => task.name));
  const scores = new Scoreboard(names);
  const logger = pino({ level: process.env.LOG_LEVEL ?? "silent" });
  const started = Date.now();
  console.log(connection === "embedded:" ? "Starting the embedded store …" : "Connecting to REDIS_URL …");
  const worker = createWorker({ connection, concurrency: 10, logger, hooks: scores.hooks });
  const tasks = createTasks({ connection, logger });
  const queues = await openQueues(catalog, connection, logger);
  try {
    await refuseOldJobs(queues);
    await worker.start();
    console.log(`The worker is up after ${((Date.now() - started) / 1000).toFixed(1)} s. A day begins.`);
    await liveOneDay(tasks, queues, scores);
    await showInvalidPayload(tasks);
    report(scores, await queues.jobs("failed"));
    return 0;
  } catch (cause) {
    if (!(cause instanceof RedisUnavailable)) throw cause;
    console.error(cause.message);
    return 3;
  } finally {
    await worker.close();
    await tasks.close();
    await queues.close();
  }
}

/** The demo's numbers would be wrong, and somebody's jobs would run, on queues that are in use. */
async function refuseOldJobs(queues: Queues): Promise<void> {
  const counts = Object.values(await queues.counts());
  const busy = counts.reduce((sum, { waiting, active, delayed }) => sum + waiting + active + delayed, 0);
  if (busy > 0) console.log(`The queues already hold ${busy} jobs; those that are due run as well.`);
}

async function liveOneDay(tasks: Tasks, queues: Queues, scores: Scoreboard): Promise<void> {
  const bar = startBar();
  const scheduled = "system:cleanup_expired_otps";
  let enqueued = 0;
  for (let hour = 0; hour < hours; hour += 1) {
    const passed = wait(hourMs);
    enqueued += await enqueueHour(tasks, hour);
    bar.update(scores.ended(), enqueued, `${String(hour).padStart(2, "0")}:00`);
    await passed;
  }
  // The next full hour may be far, and so are retries after n·n minutes: the demo turns the clock for both.
  enqueued += await queues.promoteDelayed({ task: scheduled });
  const tomorrow = (await queues.jobs("delayed", { task: "savings:contribution_reminder" })).length;
  while (scores.ended() < enqueued - tomorrow) {
    await queues.promoteDelayed({ attempted: true });
    bar.update(scores.ended(), enqueued, "24:00");
    await wait(100);
  }
  bar.stop(scores.ended(), enqueued);
  await countEnqueued(queues, scores);
}

/** How many jobs of each task there are, by the store itself, now that nothing moves. */
async function countEnqueued(queues: Queues, scores: Scoreboard): Promise<void> {
  for (const state of ["delayed", "completed", "failed"] as const) {
    for (const job of await queues.jobs(state)) {
      const isNextTick = state === "delayed" && job.task.startsWith("system:");
      if (!isNextTick) scores.of(job.task).enqueued += 1;
    }
  }
}

async function showInvalidPayload(tasks: Tasks): Promise<void> {
  try {
    await tasks.notification.sms.enqueue({ phone: "0801 234 5678", message: "", purpose: "otp" });
  } catch (cause) {
    if (!(cause instanceof InvalidPayload)) throw cause;
    console.log(`\nRefused before it reached a queue:\n  ${cause.message}`);
  }
}

function report(
  scores: Scoreboard,
  dead: readonly { readonly task: string; readonly failedReason: string | undefined }[],
) {
  console.log(`\n${scores.table()}`);
  console.log("p50 and p95: from when a job was due to the start of its first attempt.");
  for (const { task, failedReason } of dead) console.log(`Dead letter: ${task}: ${failedReason}`);
  const transfers = readLedger().filter((entry) => entry.kind === "transfer");
  const naira = transfers.reduce((sum, entry) => sum + (entry.kind === "transfer" ? entry.kobo : 0), 0) / 100;
  const messages = readLedger().filter((entry) => entry.kind === "message").length;
  console.log(
    `Ledger: ${transfers.length} transfers of ₦${naira.toLocaleString("en-NG")} in all, ${messages} messages sent (${ledgerFile}).`,
  );
}

/** A live line on a terminal; a line now and then in a pipe. */
function startBar() {
  if (process.stdout.isTTY !== true) {
    return {
      update: (_ended: number, _all: number, _clock: string) => undefined,
      stop: (ended: number, all: number) =>
        console.log(`${ended} of ${all} jobs have ended; the others wait for tomorrow.`),
    };
  }
  const format = "{clock} |{bar}| {value}/{total} jobs ended";
  const bar = new progress.SingleBar({ format, barsize: 40, hideCursor: true }, progress.Presets.shades_classic);
  bar.start(1, 0, { clock: "00:00" });
  return {
    update: (ended: number, all: number, clock: string) => {
      bar.setTotal(all);
      bar.update(ended, { clock });
    },
    stop: (ended: number, all: number) => {
      bar.setTotal(all);
      bar.update(ended, { clock: "24:00" });
      bar.stop();
    },
  };
}
