import picocolors from "picocolors";
import { visible } from "../codegen/report/visible.js";
import type { ContractCheck, JobDetail } from "../runtime/operate/index.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import { paintState, safeLines } from "./jobs-command.js";
import { describeMissing, locateJob } from "./locate-job.js";
import { type OperateOptions, operate } from "./operate-project.js";
import { lengthOf, timeOf } from "./time-words.js";

export interface ShowOptions extends OperateOptions {
  /** An id, or `queue/id`. */
  readonly job: string;
  readonly queue?: string;
}

/** `taskwright jobs show`: all of one job. */
export function showJob(options: ShowOptions): Promise<ExitCode> {
  return operate(options, async (operations) => {
    const found = await locateJob(options.job, options.queue, operations);
    const job = found === undefined ? undefined : await operations.job(found.id, found.queue);
    if (job === undefined) {
      console.error(describeMissing([options.job], options.queue));
      return exitCodes.fault;
    }
    if (options.json) console.log(JSON.stringify(job, null, 2));
    else for (const line of describe(job)) console.log(line);
    return exitCodes.fine;
  });
}

function describe(job: JobDetail): string[] {
  const { queue, id, task, state, options } = job;
  const title = `${picocolors.bold(visible(`${queue}/${id}`))}  ${visible(task)}  ${paintState(state, state)}`;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["why", job.failedReason],
    ["tries", `${job.attempts} of ${job.mostAttempts}${job.crashes > 0 ? `, ${job.crashes} crashes` : ""}`],
    ["contract", describeContract(job.contract, options.version)],
    ["timeout", options.timeoutMs === undefined ? undefined : lengthOf(options.timeoutMs)],
    ["deadline", options.deadlineAt === undefined ? undefined : timeOf(options.deadlineAt)],
    ["due", job.dueAt === undefined ? undefined : timeOf(job.dueAt)],
    ["schedule", job.scheduler],
    ["progress", job.progress === 0 ? undefined : JSON.stringify(job.progress)],
    ["headers", Object.keys(job.headers).length === 0 ? undefined : JSON.stringify(job.headers)],
  ];
  return [
    title,
    ...facts.flatMap(([name, value]) =>
      value === undefined ? [] : [`  ${picocolors.dim(name.padEnd(9))} ${visible(value)}`],
    ),
    ...section(job.isMasked ? "payload (sensitive fields hidden)" : "payload", json(job.payload)),
    ...(job.result === undefined ? [] : section("result", json(job.result))),
    ...section("timeline (UTC)", timeline(job)),
    ...job.stacks.flatMap((stack, n) => section(`error ${n + 1} of ${job.stacks.length}`, safeLines(stack))),
    ...(job.logs.length === 0 ? [] : section(logTitle(job), job.logs.flatMap(safeLines))),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return ["", picocolors.dim(title), ...lines.map((line) => `  ${line}`)];
}

function json(value: unknown): string[] {
  return safeLines(JSON.stringify(value, null, 2) ?? "none");
}

function timeline({ timeline: entries }: JobDetail): string[] {
  return entries.map(({ at, what, detail }, n) => {
    const before = entries[n - 1]?.at;
    const since = before === undefined ? "" : picocolors.dim(`+${lengthOf(at - before)}`);
    return `${timeOf(at)}  ${what.padEnd(9)}  ${since}${detail === undefined ? "" : `  ${visible(detail)}`}`.trimEnd();
  });
}

function logTitle({ logs, logLines }: JobDetail): string {
  return logs.length < logLines ? `log (the last ${logs.length} of ${logLines} lines)` : "log";
}

function describeContract(check: ContractCheck, version: number | undefined): string {
  const at = version === undefined ? "" : ` (enqueued by version ${version})`;
  switch (check.kind) {
    case "fits":
      return `its payload fits${at}`;
    case "undeclared":
      return "no task of this project has its name";
    case "newer":
      return `version ${check.version} is newer than this project knows`;
    case "unfit": {
      const issues = check.issues.map(({ pointer, message }) => `${pointer || "the payload"} ${message}`);
      return `its payload does NOT fit${at}: ${issues.join("; ")}`;
    }
  }
}
