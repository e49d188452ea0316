import picocolors from "picocolors";
import { clockTime } from "../codegen/report/next-runs.js";
import { visible } from "../codegen/report/visible.js";
import { cronInWords, durationInWords } from "../codegen/words.js";
import type { Catalog } from "../runtime/index.js";
import { createMask, type Mask } from "../runtime/operate/mask.js";
import { maskSchedule } from "../runtime/operate/mask-schedule.js";
import type { ScheduleView } from "../runtime/upkeep/list-schedules.js";
import { nextTicks } from "../runtime/upkeep/next-tick.js";
import type { Schedules } from "../runtime/upkeep/open-schedules.js";
import type { ScheduleChange } from "../runtime/upkeep/reconcile-queue.js";
import { count } from "./count.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import { reportFailure } from "./failure.js";
import { type OperateOptions, quietLogger, requireConnection } from "./operate-project.js";
import { importGenerated, readManifest } from "./project.js";

export interface SyncOptions extends OperateOptions {
  readonly force: boolean;
  readonly removeWaiting: boolean;
}

const runsShown = 3;

/** `taskwright schedules ls`: every schedule, as declared and as it is in the store. */
export function listing(options: OperateOptions): Promise<ExitCode> {
  return withSchedules(options, async (project) => {
    const { schedules, newerLives } = await project.list();
    const now = new Date();
    if (options.json) {
      printJson({ newerLives, schedules: schedules.map((view) => ({ ...view, ...inWords(view, now) })) });
      return exitCodes.fine;
    }
    if (schedules.length === 0) console.log("There is no schedule.");
    for (const view of schedules) console.log(describe(view, now).join("\n"));
    if (newerLives) console.log(`\n${newer}`);
    return exitCodes.fine;
  });
}

/** `taskwright schedules diff`: what a sync would write; fails when that is anything. */
export function diff(options: OperateOptions): Promise<ExitCode> {
  return withSchedules(options, async (project) => {
    const { schedules, newerLives } = await project.list();
    const drifted = schedules.filter(({ state }) => state !== "asDeclared" && state !== "foreign");
    if (options.json) printJson({ newerLives, schedules: drifted });
    else if (drifted.length === 0) console.log(`${picocolors.green("✓")} ${theSchedules(schedules)} as declared.`);
    else {
      for (const view of drifted) console.log(`${titleOf(view)}: ${drift(view)}`);
      const wayOut = newerLives ? newer : "Run `taskwright schedules sync`, or start a worker of this version.";
      console.error(`${count(drifted.length, "schedule")} not as declared. ${wayOut}`);
    }
    return drifted.length === 0 ? exitCodes.fine : exitCodes.fault;
  });
}

/** `taskwright schedules sync`: makes the store what this version declares. */
export function sync({ force, removeWaiting, ...options }: SyncOptions): Promise<ExitCode> {
  return withSchedules(options, async (project) => {
    const outcome = await project.sync({ force, removeRuns: removeWaiting });
    if (options.json) printJson(outcome);
    if (outcome.kind === "superseded") {
      console.error(`taskwright: nothing was written. ${newer}`);
      return exitCodes.fault;
    }
    if (options.json) return exitCodes.fine;
    for (const change of outcome.changes) console.log(describeChange(change));
    const written =
      outcome.changes.length === 0 ? "nothing to do" : `${count(outcome.changes.length, "schedule")} written`;
    console.log(`${picocolors.green("✓")} Schedules are as declared: ${written}.`);
    return exitCodes.fine;
  });
}

const newer =
  "A newer version of the project holds: workers of it live, or it was synced within the hour. Its schedules become this version's when they are gone, or with `taskwright schedules sync --force`.";

async function withSchedules(
  { root, out, connection }: OperateOptions,
  run: (schedules: Schedules) => Promise<ExitCode>,
): Promise<ExitCode> {
  const where = requireConnection(connection);
  const mask = createMask(readManifest(root, out));
  const [{ catalog }] = await importGenerated<[{ readonly catalog: Catalog }]>(root, out, "catalog");
  const { openSchedules } = await import("../runtime/upkeep/open-schedules.js");
  try {
    const schedules = await openSchedules(catalog, where, quietLogger());
    try {
      return await run(masked(schedules, mask));
    } finally {
      await schedules.close();
    }
  } catch (cause) {
    return reportFailure(cause);
  }
}

/** The same, with what is marked as sensitive hidden. */
function masked(schedules: Schedules, mask: Mask): Schedules {
  return {
    ...schedules,
    async list() {
      const listed = await schedules.list();
      return { ...listed, schedules: listed.schedules.map((view) => maskSchedule(view, mask)) };
    },
    async sync(order) {
      const outcome = await schedules.sync(order);
      if (outcome.kind === "superseded") return outcome;
      return { ...outcome, changes: outcome.changes.map((change) => maskSchedule(change, mask)) };
    },
  };
}

function printJson(value: unknown): void {
  console.log(JSON.stringify(value, undefined, 2));
}

function theSchedules(schedules: readonly ScheduleView[]): string {
  const ours = schedules.filter(({ state }) => state === "asDeclared").length;
  return ours === 1 ? "1 schedule is" : `${ours} schedules are`;
}

function titleOf({ task, name, state }: Pick<ScheduleView, "task" | "name" | "state">): string {
  return `${picocolors.bold(visible(task))}${name === "default" || state === "foreign" ? "" : ` (${visible(name)})`}`;
}

function describe(view: ScheduleView, now: Date): string[] {
  const { id, queue, cron, timezone, missed, overlap, state, differences } = view;
  const { words, nextRuns: next } = inWords(view, now);
  const dim = (line: string) => picocolors.dim(`    ${line}`);
  const policies = [missed === "skip" ? "missed: skip" : "", overlap === "skip" ? "overlap: skip" : ""];
  return [
    `${titleOf(view)}  ${paintState(state)}`,
    `    ${[`${words}${cron === undefined ? "" : ` (${visible(cron)})`}, ${timezone}`, ...policies, `queue ${queue}`].filter(Boolean).join("; ")}`,
    ...(state === "foreign" ? [dim(`not this project's: ${visible(id)}`)] : []),
    ...(differences.length > 0 || state === "stuck" ? [`    ${drift(view)}`] : []),
    ...next.map((run, n) => dim(`${n === 0 ? "next " : "     "} ${onBothClocks(new Date(run), timezone)}`)),
    ...(view.lagMs > 0 ? [`    ${picocolors.yellow(`late by ${durationInWords(wholeSeconds(view.lagMs))}`)}`] : []),
    ...lastRunOf(view).map(dim),
  ];
}

function lastRunOf({ lastRun, skipped, timezone }: ScheduleView): string[] {
  const lateMs = lastRun === undefined ? 0 : lastRun.startedAt - lastRun.dueAt;
  const late = lateMs < 1_000 ? "" : `, begun ${durationInWords(wholeSeconds(lateMs))} late`;
  const ended = lastRun?.state === "unknown" ? "its job is kept no longer" : lastRun?.state;
  return [
    ...(lastRun === undefined ? [] : [`last  ${onBothClocks(new Date(lastRun.dueAt), timezone)}${late}: ${ended}`]),
    ...(skipped.lastAt === undefined
      ? []
      : [
          `left out: ${skipped.missed} missed, ${skipped.overlap} overlapping, the last ${onBothClocks(new Date(skipped.lastAt), timezone)}`,
        ]),
  ];
}

/** The schedule's clock first, and the reader's where it differs. */
function onBothClocks(time: Date, timezone: string): string {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [theirs, ours] = [clockTime(time, timezone), clockTime(time, here)];
  return theirs === ours ? theirs : `${theirs} = ${ours} here`;
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}

function inWords({ cron, everyMs, timezone, nextRunAt, state }: ScheduleView, now: Date) {
  const first = nextRunAt === undefined ? [] : [nextRunAt];
  const later =
    cron === undefined || state === "stuck"
      ? []
      : nextTicks(cron, timezone, Math.max(now.getTime(), nextRunAt ?? 0), runsShown - first.length);
  return {
    words: cron === undefined ? `Every ${durationInWords(everyMs ?? 0)}` : cronInWords(cron),
    nextRuns: state === "missing" ? [] : [...first, ...later].map(isoTime),
  };
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}

function paintState(state: ScheduleView["state"]): string {
  const words = {
    asDeclared: picocolors.green("as declared"),
    missing: picocolors.red("missing"),
    drifted: picocolors.red("drifted"),
    stuck: picocolors.red("stuck"),
    orphaned: picocolors.red("no longer declared"),
    foreign: picocolors.dim("foreign"),
  };
  return words[state];
}

function drift({ state, cron, timezone, differences }: ScheduleView): string {
  switch (state) {
    case "missing":
      return `is not in the store: ${cronInWords(cron ?? "")}, ${timezone}`;
    case "stuck":
      return "its next run is gone, and nothing would start it again";
    case "orphaned":
      return "is in the store and no longer declared";
    default:
      return differences.map(describeDifference).join("; ");
  }
}

function describeDifference({ of, stored, declared }: ScheduleView["differences"][number]): string {
  return `${of} is ${json(stored)} in the store and declared as ${json(declared)}`;
}

function json(value: unknown): string {
  return value === undefined ? "nothing" : visible(JSON.stringify(value));
}

const happened = { created: "created", changed: "changed", mended: "mended ", removed: "removed" } as const;

function describeChange({ kind, id, differences, removedRuns }: ScheduleChange): string {
  const details = [
    ...differences.map(({ of, stored, declared }) => `${of}: ${json(stored)} → ${json(declared)}`),
    ...(removedRuns === 0 ? [] : [`with ${count(removedRuns, "waiting run")}`]),
  ];
  const name = visible(id.replace(/^taskwright:/, "").replace(/:default$/, ""));
  return `${picocolors.dim(happened[kind])}  ${name}${details.length === 0 ? "" : `  ${picocolors.dim(details.join("; "))}`}`;
}
