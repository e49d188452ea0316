import { type Command, InvalidArgumentError, Option } from "commander";
import type { JobFilter, JobState, Operations } from "../runtime/operate/index.js";
import { duration, names } from "./option-values.js";
import { requireKnown } from "./usage-error.js";

/** The options of a filter, as they stand on the command line. */
export interface FilterOptions {
  readonly task?: readonly string[];
  readonly state?: readonly string[];
  readonly queue?: readonly string[];
  readonly olderThan?: number;
  readonly newerThan?: number;
  readonly error?: string;
  readonly where?: readonly { readonly path: string; readonly equals: string }[];
}

/** Adds the options of a filter to a command. */
export function addFilterOptions(command: Command): Command {
  return command
    .option("--state <names>", "in these states", names)
    .option("--queue <names>", "in these queues", names)
    .option("--task <names>", "of these tasks, by wire name", names)
    .option("--older-than <duration>", "ended, or else enqueued, at least so long ago, e.g. 2h or 30d", duration)
    .option("--newer-than <duration>", "at most so long ago", duration)
    .option("--error <text>", "whose last error holds this text, in upper or lower case")
    .addOption(
      new Option("--where <field=value>", "whose payload has this value; may be repeated").argParser(collectFields),
    );
}

/**
 * The filter that the options ask for; `states` where they don't say. Throws a UsageError for a queue that neither this
 * project nor the store has, and for an unknown task or state.
 */
export async function readFilter(
  options: FilterOptions,
  operations: Operations,
  states: readonly JobState[],
): Promise<JobFilter> {
  for (const task of options.task ?? []) {
    requireKnown(
      "task",
      task,
      operations.manifest.tasks.map(({ name }) => name),
    );
  }
  for (const state of options.state ?? []) requireKnown("state", state, states);
  for (const queue of options.queue ?? []) await requireQueue(queue, operations);
  return {
    states: (options.state as readonly JobState[] | undefined) ?? states,
    tasks: options.task,
    queues: options.queue,
    olderThanMs: options.olderThan,
    newerThanMs: options.newerThan,
    error: options.error,
    where: options.where,
  };
}

/** Throws a UsageError unless the queue is declared, or has something in the store. */
export async function requireQueue(name: string, operations: Operations): Promise<void> {
  const declared = Object.keys(operations.manifest.queues);
  if (declared.includes(name)) return;
  const found = (await operations.queues([name])).find((queue) => queue.name === name);
  const isThere = found?.isPaused || Object.values(found?.counts ?? {}).some((count) => count > 0);
  if (!isThere) requireKnown("queue", name, declared);
}

/** Whether any option narrows the filter. */
export function isNarrowed(options: FilterOptions): boolean {
  const { task, state, queue, olderThan, newerThan, error, where } = options;
  return [task, state, queue, olderThan, newerThan, error, where].some((each) => each !== undefined);
}

function collectFields(text: string, before: FilterOptions["where"] = []): NonNullable<FilterOptions["where"]> {
  const sign = text.indexOf("=");
  if (sign < 1) throw new InvalidArgumentError("It is written field=value, e.g. reference=PAY-17 or card.country=NG.");
  return [...before, { path: text.slice(0, sign), equals: text.slice(sign + 1) }];
}
