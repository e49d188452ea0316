import picocolors from "picocolors";
import type { QueueView, Stats, StoreHealth } from "../runtime/operate/index.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import { type OperateOptions, operate } from "./operate-project.js";
import { type Column, printTable } from "./print-table.js";
import { queueColumns } from "./queues-command.js";
import { grouped, lengthOf } from "./time-words.js";

/** `taskwright stats`: the whole at a glance. */
export function printStats(options: OperateOptions): Promise<ExitCode> {
  return operate(options, async (operations) => {
    const stats = await operations.stats();
    if (options.json) console.log(JSON.stringify(stats, null, 2));
    else {
      if (process.stdout.isTTY) console.log(`${describeStore(stats.store)}\n${describeCounts(stats)}\n`);
      printTable(statsColumns(stats), stats.queues);
    }
    return exitCodes.fine;
  });
}

/** The columns of queues, and how many jobs ended lately. */
export function statsColumns({ ended }: Stats): readonly Column<QueueView>[] {
  const column = (title: string, of: (queue: QueueView) => number | undefined): Column<QueueView> => ({
    title,
    of: (queue) => grouped(of(queue) ?? 0),
    isNumber: true,
  });
  return [
    ...queueColumns.filter(({ title }) => !["weight", "limits"].includes(title)),
    column("done/min", ({ name }) => ended[name]?.completed.minute),
    column("done/h", ({ name }) => ended[name]?.completed.hour),
    column("died/h", ({ name }) => ended[name]?.dead.hour),
  ];
}

/** A line about the store: `Redis 7.0.15, 12 MB of 64 MB, 9 clients, up 3d`. */
export function describeStore(store: StoreHealth): string {
  if (store.kind === "embedded") return `Embedded, PostgreSQL ${store.version}`;
  const memory = store.usedMemoryBytes === undefined ? [] : [memoryOf(store.usedMemoryBytes, store.maxMemoryBytes)];
  return [
    `Redis ${store.version}`,
    ...memory,
    ...(store.clients === undefined ? [] : [`${grouped(store.clients)} clients`]),
    ...(store.commandsPerSecond === undefined ? [] : [`${grouped(store.commandsPerSecond)} commands a second`]),
    ...(store.uptimeMs === undefined ? [] : [`up ${lengthOf(store.uptimeMs)}`]),
    `answers in ${store.roundTripMs} ms`,
  ].join(", ");
}

/** A line of sums over all queues. */
export function describeCounts({ counts }: Stats): string {
  const { waiting, active, delayed, dead, completed } = counts;
  const deadText = `${grouped(dead)} dead`;
  return [
    `${grouped(waiting)} waiting`,
    `${grouped(active)} active`,
    `${grouped(delayed)} delayed`,
    dead > 0 ? picocolors.red(deadText) : deadText,
    `${grouped(completed)} completed`,
  ].join(" · ");
}

function memoryOf(used: number, most: number | undefined): string {
  const megabytes = (bytes: number) => `${grouped(Math.round(bytes / 1_048_576))} MB`;
  return most === undefined ? megabytes(used) : `${megabytes(used)} of ${megabytes(most)}`;
}
