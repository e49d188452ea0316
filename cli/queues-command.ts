import picocolors from "picocolors";
import type { Operations, QueueView } from "../runtime/operate/index.js";
import { confirm } from "./ask.js";
import { count } from "./count.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import { requireQueue } from "./job-filter-options.js";
import { type OperateOptions, operate } from "./operate-project.js";
import { type Column, printTable } from "./print-table.js";
import { startProgress } from "./progress.js";
import { grouped, lengthOf } from "./time-words.js";

export interface QueuesOptions extends OperateOptions {
  /** Those as well that this project doesn't declare. */
  readonly all: boolean;
}

export interface DrainOptions extends OperateOptions {
  readonly queue: string;
  readonly delayed: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

/** `taskwright queues ls`. */
export function listQueues(options: QueuesOptions): Promise<ExitCode> {
  return operate(options, async (operations) => {
    const others = options.all ? await operations.otherQueues() : { names: [], isComplete: true };
    const queues = await operations.queues(others.names);
    if (options.json) console.log(JSON.stringify(queues, null, 2));
    else printTable(queueColumns, queues);
    if (!others.isComplete) console.error("Redis holds too many keys to look through: there may be more queues.");
    return exitCodes.fine;
  });
}

/** `taskwright queues pause` and `resume`. */
export function switchQueues(action: "pause" | "resume", names: readonly string[], options: OperateOptions) {
  return operate(options, async (operations) => {
    for (const name of names) await requireQueue(name, operations);
    for (const name of names) await operations[action](name);
    if (options.json) console.log(JSON.stringify({ [`${action}d`]: names }));
    else console.log(`${action === "pause" ? "Paused" : "Resumed"} ${names.join(", ")}.`);
    return exitCodes.fine;
  });
}

/** `taskwright queues drain`. */
export function drainQueue(options: DrainOptions): Promise<ExitCode> {
  const { queue, delayed, dryRun, yes, json } = options;
  return operate(options, async (operations) => {
    await requireQueue(queue, operations);
    const found = await waitingIn(queue, delayed, operations);
    const what = `${count(found, "job")} that ${found === 1 ? "waits" : "wait"}${delayed ? " or may be delayed" : ""}`;
    if (dryRun || found === 0) {
      if (json) console.log(JSON.stringify({ matched: found, done: 0 }));
      else console.log(`${queue} has ${what}.`);
      return exitCodes.fine;
    }
    if (!(await confirm(`Remove the ${what} in ${queue} for good?`, yes))) return exitCodes.fine;
    const progress = await startProgress("Removing", found);
    const outcome = await operations.drain(queue, { delayed, onProgress: progress.show }).finally(() => progress.end());
    if (json) console.log(JSON.stringify(outcome));
    else console.log(`Removed ${count(outcome.done, "job")} from ${queue}.`);
    return exitCodes.fine;
  });
}

async function waitingIn(queue: string, delayed: boolean, operations: Operations): Promise<number> {
  const counts = (await operations.queues([queue])).find(({ name }) => name === queue)?.counts;
  return (counts?.waiting ?? 0) + (delayed ? (counts?.delayed ?? 0) : 0);
}

/** Of a table of queues. */
export const queueColumns: readonly Column<QueueView>[] = [
  { title: "queue", of: ({ name }) => name, paint: (text) => picocolors.bold(text) },
  { title: "weight", of: ({ weight }) => (weight === undefined ? "-" : String(weight)), isNumber: true },
  { title: "waiting", of: ({ counts }) => grouped(counts.waiting), isNumber: true },
  { title: "active", of: ({ counts }) => grouped(counts.active), isNumber: true },
  { title: "delayed", of: ({ counts }) => grouped(counts.delayed), isNumber: true },
  {
    title: "dead",
    of: ({ counts }) => grouped(counts.dead),
    isNumber: true,
    paint: (text, { counts }) => (counts.dead > 0 ? picocolors.red(text) : text),
  },
  { title: "completed", of: ({ counts }) => grouped(counts.completed), isNumber: true },
  { title: "oldest", of: ({ oldestWaitingMs: ms }) => (ms === undefined ? "-" : lengthOf(ms)), isNumber: true },
  { title: "limits", of: limits },
  { title: "state", of: stateOf, paint: (text, { isPaused }) => (isPaused ? picocolors.yellow(text) : text) },
];

function limits({ concurrency, rateLimit }: QueueView): string {
  const parts = [
    ...(concurrency === undefined ? [] : [`${concurrency} at once`]),
    ...(rateLimit === undefined ? [] : [`${rateLimit.max} per ${lengthOf(rateLimit.perMs)}`]),
  ];
  return parts.join(", ") || "-";
}

function stateOf({ isPaused, isDeclared }: QueueView): string {
  return [isPaused ? "paused" : "open", ...(isDeclared ? [] : ["not declared"])].join(", ");
}
