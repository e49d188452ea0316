import type { OperatorStore } from "../../store/operator-store.js";
import type { RedisVitals, StoreInspector } from "../../store/store-inspector.js";
import type { Catalog } from "../../task.js";
import type { ScheduleView } from "../../upkeep/list-schedules.js";
import type { WorkerPresence } from "../../worker/presence.js";
import type { Manifest } from "../manifest.js";
import type { QueueView } from "../queue-views.js";
import type { JobSurvey } from "./survey-jobs.js";

/**
 * What one check says. `error`: jobs are lost or not run, or will be; `warning`: something is not as it should be, and
 * works all the same; `skipped`: it was not looked at, and `found` says why.
 */
export type Finding =
  | { readonly level: "ok" | "skipped"; readonly found: string }
  | {
      readonly level: "warning" | "error";
      /** What is so, with the names and figures. */
      readonly found: string;
      /** What comes of it. */
      readonly why: string;
      /** What to do about it. */
      readonly wayOut: string;
    };

/** One thing that a doctor looks at. A check is one file, and never changes anything. */
export interface Check {
  /** On the command line, and in what is printed. */
  readonly name: string;
  /** Why it is not for an embedded store; undefined: it is. */
  readonly notOnEmbedded?: string;
  examine(patient: Patient): Promise<readonly Finding[]> | readonly Finding[];
}

/** Whom a doctor looks at. What several checks ask is read once. */
export interface Patient {
  readonly manifest: Manifest;
  readonly catalog: Catalog;
  readonly store: OperatorStore;
  readonly inspector: StoreInspector;
  readonly isEmbedded: boolean;
  /** In ms since 1970. */
  readonly now: number;
  /** Only for checks that are not for an embedded store. */
  vitals(): Promise<RedisVitals>;
  /** The declared ones. */
  queues(): Promise<readonly QueueView[]>;
  otherQueues(): Promise<{ readonly names: readonly string[]; readonly isComplete: boolean }>;
  /** Queues that are not declared. */
  view(names: readonly string[]): Promise<readonly QueueView[]>;
  workers(): Promise<readonly WorkerPresence[]>;
  schedules(): Promise<readonly ScheduleView[]>;
  /** The first jobs of every declared queue, by state. */
  survey(): Promise<JobSurvey>;
}

/** It is as it should be. */
export function fine(found: string): readonly Finding[] {
  return [{ level: "ok", found }];
}

/** What is wrong, or `otherwise` when nothing is. */
export function problems(found: readonly Finding[], otherwise: string): readonly Finding[] {
  return found.length > 0 ? found : fine(otherwise);
}

/** It could not be looked at. */
export function skipped(found: string): readonly Finding[] {
  return [{ level: "skipped", found }];
}

/** `1 job`, `2,000 jobs`. */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString("en-US")} ${noun}${n === 1 ? "" : "s"}`;
}

/** `a`, `a and b`, `a, b and 7 more`. */
export function list(names: readonly string[], most = 3): string {
  if (names.length <= 1) return names.join();
  if (names.length <= most) return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return `${names.slice(0, most - 1).join(", ")} and ${names.length - most + 1} more`;
}
