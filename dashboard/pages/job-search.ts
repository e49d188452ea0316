import { parseDuration } from "../../runtime/duration.js";
import { type JobFilter, type JobState, jobStates, type Manifest } from "../../runtime/operate/index.js";

/** What somebody looks for among the jobs, as the address of the page has it. Empty: not asked for. */
export interface JobSearch {
  readonly queue: string;
  readonly task: string;
  readonly state: string;
  /** Text of the id, the payload or the reason. */
  readonly text: string;
  /** A duration, `24h`: ended, or was enqueued, since then. */
  readonly age: string;
}

/** Names of the parts, in an address and in a form. */
export const searchParts = ["queue", "task", "state", "text", "age"] as const;

/** Reads a search from an address or a form; what is unknown there counts as not asked for. */
export function readSearch(parts: Readonly<Record<string, unknown>>, { queues, tasks }: Manifest): JobSearch {
  const text = (name: string) => (typeof parts[name] === "string" ? parts[name].trim().slice(0, 200) : "");
  const known = (name: string, values: readonly string[]) => (values.includes(text(name)) ? text(name) : "");
  return {
    queue: known("queue", Object.keys(queues)),
    task: known(
      "task",
      tasks.map(({ name }) => name),
    ),
    state: known("state", jobStates),
    text: text("text"),
    age: parseDuration(text("age")) === undefined ? "" : text("age"),
  };
}

/** How far somebody has come in a list. */
export interface ListPlace {
  readonly cursor: string | undefined;
  /** Jobs that were looked at for the pages before. */
  readonly looked: number;
}

/** Reads the place from an address. */
export function readPlace({ cursor, looked }: Readonly<Record<string, string | undefined>>): ListPlace {
  const count = Number(looked);
  return { cursor, looked: cursor !== undefined && Number.isSafeInteger(count) && count > 0 ? count : 0 };
}

/** The filter that a search means; without a state, one of `states`. */
export function filterOf({ queue, task, state, text, age }: JobSearch, states?: readonly JobState[]): JobFilter {
  const wanted = state === "" ? states : [state as JobState];
  return {
    ...(queue !== "" && { queues: [queue] }),
    ...(task !== "" && { tasks: [task] }),
    ...(wanted !== undefined && { states: wanted }),
    ...(text !== "" && { text }),
    ...(age !== "" && { newerThanMs: parseDuration(age) }),
  };
}

/** The search as the query of an address, with a `?` before it unless there is none; `more` is put behind it. */
export function queryOf(search: JobSearch, more: Readonly<Record<string, string>> = {}): string {
  const all = Object.entries({ ...Object.fromEntries(searchParts.map((name) => [name, search[name]])), ...more });
  const query = new URLSearchParams(all.filter(([, value]) => value !== ""));
  return query.size === 0 ? "" : `?${query}`;
}
