import picocolors from "picocolors";
import type { WorkerPresence } from "../runtime/operate/index.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import { type OperateOptions, operate } from "./operate-project.js";
import { type Column, printTable } from "./print-table.js";
import { lengthOf } from "./time-words.js";

/** `taskwright workers ls`. */
export function listWorkers(options: OperateOptions): Promise<ExitCode> {
  return operate(options, async (operations) => {
    const workers = await operations.workers();
    if (options.json) console.log(JSON.stringify(workers, null, 2));
    else printTable(workerColumns(Date.now()), workers);
    if (workers.length === 0 && !options.json) console.error("No worker is there. `taskwright worker` starts one.");
    return exitCodes.fine;
  });
}

/** Of a table of workers. `now` is in ms since 1970. */
export function workerColumns(now: number): readonly Column<WorkerPresence>[] {
  return [
    { title: "host", of: ({ host }) => host, isLong: true },
    { title: "pid", of: ({ pid }) => String(pid), isNumber: true, paint: (text) => picocolors.bold(text) },
    { title: "state", of: ({ state }) => state },
    { title: "since", of: ({ startedAt }) => lengthOf(now - startedAt), isNumber: true },
    { title: "seen", of: ({ seenAt }) => `${lengthOf(now - seenAt)} ago` },
    { title: "slots", of: (worker) => `${worker.runningCount}/${worker.concurrency}`, isNumber: true },
    { title: "queues", of: queuesOf, isLong: true },
    { title: "running", of: (worker) => runningIn(worker, now), isLong: true, paint: (text) => picocolors.dim(text) },
  ];
}

function queuesOf({ queues }: WorkerPresence): string {
  return queues.map(({ name, weight }) => `${name}:${weight}`).join(" ");
}

function runningIn({ running, runningCount }: WorkerPresence, now: number): string {
  const shown = running.map(
    ({ queue, jobId, task, since }) => `${task} ${queue}/${jobId} for ${lengthOf(now - since)}`,
  );
  return [...shown, ...(runningCount > running.length ? [`and ${runningCount - running.length} more`] : [])].join(", ");
}
