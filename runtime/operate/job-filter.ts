import type { JobState } from "../client/job-view.js";
import { InvalidFilter } from "../errors.js";
import type { JobSet, StoredRow } from "../store/operator-store.js";
import type { Manifest } from "./manifest.js";
import type { Mask } from "./mask.js";

/** Which jobs; what is left out is not asked for. */
export interface JobFilter {
  /** Queues, declared or not; absent: every declared one. */
  readonly queues?: readonly string[] | undefined;
  /** Wire names. */
  readonly tasks?: readonly string[] | undefined;
  readonly states?: readonly JobState[] | undefined;
  /** Of that age at least, in ms: since it ended, or since it was enqueued while it has not. */
  readonly olderThanMs?: number | undefined;
  /** Of that age at most. */
  readonly newerThanMs?: number | undefined;
  /** Text of the reason for which it failed last, in upper or lower case. */
  readonly error?: string | undefined;
  /** Text of the id, of what is shown of the payload, or of that reason, in upper or lower case. */
  readonly text?: string | undefined;
  /** Fields of the payload; all of them have to fit. */
  readonly where?: readonly FieldFilter[] | undefined;
}

/** One field of the payload. */
export interface FieldFilter {
  /** Names with dots between, `card.country` or `lines.0.sku`. */
  readonly path: string;
  /** A string also fits a number, boolean or null that is written so. */
  readonly equals: string | number | boolean | null;
}

/** The states, in the order in which they are listed. */
export const jobStates: readonly JobState[] = ["active", "waiting", "delayed", "dead", "cancelled", "completed"];

/** A job in the dead letter is dead, or cancelled. */
export const deadStates: readonly JobState[] = ["dead", "cancelled"];

/** What a filter means for the store: the sets to look into, what to pass over there, and the test of the rest. */
export interface CompiledFilter {
  readonly sets: readonly JobSet[];
  readonly tasks: readonly string[] | undefined;
  readonly text: string | undefined;
  readonly anywhere: string | undefined;
  readonly endedFrom: number | undefined;
  readonly endedUntil: number | undefined;
  /** False: nearly every job of the sets fits. */
  readonly isSelective: boolean;
  fits(row: StoredRow, state: JobState): boolean;
}

/**
 * Reads a filter. `now` is in ms since 1970.
 *
 * A filter sees what is shown: a hidden field never fits. Throws InvalidFilter for an unknown task or state, an empty
 * list, and a field that is hidden in every task that is asked for.
 */
export function compileFilter(filter: JobFilter, manifest: Manifest, mask: Mask, now: number): CompiledFilter {
  const { tasks, olderThanMs, newerThanMs, error, where = [] } = filter;
  const states = filter.states ?? jobStates;
  refuseUnknownStates(states);
  refuseHidden(where, tasks ?? manifest.tasks.map(({ name }) => name), mask);
  const until = olderThanMs === undefined ? undefined : now - olderThanMs;
  const from = newerThanMs === undefined ? undefined : now - newerThanMs;
  const wanted = error?.toLowerCase();
  const anywhere = filter.text?.toLowerCase();
  return {
    sets: [...new Set(jobStates.filter((state) => states.includes(state)).flatMap((state) => setsOf[state]))],
    tasks,
    text: where.map(({ equals }) => plainText(equals)).find((text) => text !== undefined),
    anywhere: anywhere === undefined ? undefined : plainText(anywhere),
    endedFrom: from,
    endedUntil: until,
    isSelective: [tasks, until, from, error, anywhere, where[0]].some((each) => each !== undefined),
    fits(row, state) {
      if (!states.includes(state)) return false;
      const since = row.endedAt ?? row.enqueuedAt;
      if ((until !== undefined && since > until) || (from !== undefined && since < from)) return false;
      if (wanted !== undefined && !shownReason(row, mask).toLowerCase().includes(wanted)) return false;
      if (where.length === 0 && anywhere === undefined) return true;
      const shown = mask.payload(row.task, row.payload);
      if (anywhere !== undefined && !holdsText(anywhere, row, shown, mask)) return false;
      return where.every(({ path, equals }) => isEqual(fieldAt(shown, path), equals));
    },
  };
}

/** The state of a job of one set. */
export function stateIn(set: JobSet, row: Pick<StoredRow, "cancelReason">): JobState {
  switch (set) {
    case "active":
    case "delayed":
    case "completed":
      return set;
    case "wait":
    case "prioritized":
    case "waiting-children":
      return "waiting";
    case "failed":
      return row.cancelReason === undefined ? "dead" : "cancelled";
  }
}

const setsOf: Readonly<Record<JobState, readonly JobSet[]>> = {
  active: ["active"],
  waiting: ["wait", "prioritized", "waiting-children"],
  delayed: ["delayed"],
  dead: ["failed"],
  cancelled: ["failed"],
  completed: ["completed"],
};

function refuseUnknownStates(states: readonly string[]): void {
  if (states.length === 0) throw new InvalidFilter("states", `some of ${jobStates.join(", ")}`, states);
  const unknown = states.find((state) => !(jobStates as readonly string[]).includes(state));
  if (unknown !== undefined) throw new InvalidFilter("states", `some of ${jobStates.join(", ")}`, unknown);
}

function refuseHidden(where: readonly FieldFilter[], tasks: readonly string[], mask: Mask): void {
  for (const { path } of where) {
    if (path === "") throw new InvalidFilter("where", "the name of a field", path);
    if (tasks.length > 0 && tasks.every((task) => mask.hides(task, path))) {
      throw new InvalidFilter("where", "a field that is not marked `x-sensitive`", path);
    }
  }
}

function shownReason({ task, failedReason = "", payload }: StoredRow, mask: Mask): string {
  return failedReason === "" ? "" : mask.text(task, failedReason, payload);
}

function holdsText(text: string, row: StoredRow, shownPayload: unknown, mask: Mask): boolean {
  const values = [row.id, shownReason(row, mask), row.cancelReason ?? "", ...textsWithin(shownPayload)];
  return values.some((value) => value.toLowerCase().includes(text));
}

/** Every plain value inside, as text. */
function textsWithin(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [String(value)];
  return Object.values(value).flatMap(textsWithin);
}

/**
 * How a value stands in the JSON of a payload, whoever wrote it; undefined where it may be written in several ways. Only
 * letters, digits and a few signs are written in one way alone.
 */
function plainText(equals: FieldFilter["equals"]): string | undefined {
  if (typeof equals !== "string" || !/^[A-Za-z0-9 _.:@+-]{3,}$/.test(equals)) return undefined;
  // The text may also stand for a number or a boolean, which has no quotation marks.
  return equals;
}

/** The value at a path; a member whose own name has the dots comes first. */
export function fieldAt(value: unknown, path: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  const members = value as Readonly<Record<string, unknown>>;
  if (Object.hasOwn(members, path)) return members[path];
  for (let dot = path.indexOf("."); dot > 0; dot = path.indexOf(".", dot + 1)) {
    const name = path.slice(0, dot);
    if (!Object.hasOwn(members, name)) continue;
    const found = fieldAt(members[name], path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

function isEqual(found: unknown, wanted: FieldFilter["equals"]): boolean {
  if (found === wanted) return true;
  if (typeof wanted !== "string" || found === undefined) return false;
  return found === null || typeof found !== "object" ? String(found) === wanted : false;
}
