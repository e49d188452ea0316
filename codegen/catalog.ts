import { memoize } from "./memoize.js";
import type { JsonNode } from "./parse/json-value.js";
import type { WorkflowNode } from "./parse/parse-workflow.js";
import type { Located, Span } from "./source.js";

/** Every workflow of the project, resolved: defaults applied, names cased, quantities in their units. */
export interface Catalog {
  /** By name. */
  readonly queues: readonly CatalogQueue[];
  /** By name. */
  readonly workflows: readonly CatalogWorkflow[];
}

export interface CatalogQueue {
  readonly name: string;
  readonly span: Span;
  /** False for the queue `default` of a project that declares none of that name. */
  readonly isDeclared: boolean;
  readonly description?: string;
  readonly weight: number;
  readonly concurrency?: number;
  readonly rateLimit?: { readonly max: number; readonly perMs: number };
}

export interface CatalogWorkflow {
  readonly name: Located<string>;
  readonly names: CasedName;
  readonly file: string;
  /** The file as it was parsed. It and the workflow are the same objects for as long as its text and all queues are. */
  readonly node: WorkflowNode;
  readonly description?: string;
  /** In the order of the file. */
  readonly schemas: readonly SharedSchema[];
  /** In the order of the file. */
  readonly tasks: readonly CatalogTask[];
}

/** A schema under `schemas:`, which other schemas refer to. */
export interface SharedSchema {
  readonly name: Located<string>;
  readonly schema: JsonNode;
}

export interface CatalogTask {
  readonly name: Located<string>;
  readonly names: CasedName;
  /** `<workflow>:<task>`, the BullMQ job name. */
  readonly wireName: string;
  readonly description?: string;
  readonly owner?: string;
  readonly tags: readonly string[];
  /** What to use instead, or an empty text where the author says no more. */
  readonly deprecated?: string;
  readonly version: number;
  readonly queue: Located<string>;
  readonly retries: number;
  readonly backoff: CatalogBackoff;
  readonly timeoutMs: Located<number>;
  readonly deadlineMs?: Located<number>;
  readonly delayMs: number;
  readonly priority: "high" | "normal" | "low";
  readonly retention: { readonly completed: KeptJobs; readonly failed: KeptJobs };
  readonly unique?: CatalogUnique;
  readonly idempotency?: CatalogIdempotency;
  readonly schedules: readonly CatalogSchedule[];
  readonly payload?: JsonNode;
  readonly result?: JsonNode;
}

export interface CatalogBackoff {
  readonly type: "fixed" | "exponential" | "polynomial";
  readonly delayMs: number;
  readonly maxMs: number;
  readonly exponent: number;
  readonly jitter: number;
}

export interface KeptJobs {
  readonly ageMs: number;
  readonly count: number;
}

/** As written: a rule says what is wrong with it. */
export interface CatalogUnique {
  readonly span: Span;
  /** Fields of the payload. */
  readonly by: readonly Located<string>[];
  readonly forMs?: Located<number>;
  readonly until?: Located<"completed">;
}

/** Its fields as written: a rule says what is wrong with them. */
export interface CatalogIdempotency {
  readonly span: Span;
  /** Fields of the payload. */
  readonly key: readonly Located<string>[];
  /** At the place of the whole where it is not written. */
  readonly ttlMs: Located<number>;
  /** The same. */
  readonly leaseMs: Located<number>;
  readonly onDuplicate: Located<"result" | "skip" | "error">;
  readonly onUncertain: "retry" | "park";
  /** Absent: the whole payload. */
  readonly fingerprint?: readonly Located<string>[];
}

export interface CatalogSchedule {
  /** `default` for a bare `cron`. */
  readonly name: Located<string>;
  readonly cron: Located<string>;
  readonly timezone: Located<string>;
  readonly missed: "once" | "skip";
  readonly overlap: "allow" | "skip";
  readonly payload?: JsonNode;
}

/** One name in the spellings of its places: `contributionReminder`, `ContributionReminder`, `contribution-reminder`. */
export interface CasedName {
  readonly camel: string;
  readonly pascal: string;
  readonly kebab: string;
}

/** Every task with its workflow, in the order of the catalog. */
export const allTasks = memoize(
  (catalog: Catalog): readonly { readonly workflow: CatalogWorkflow; readonly task: CatalogTask }[] =>
    catalog.workflows.flatMap((workflow) => workflow.tasks.map((task) => ({ workflow, task }))),
);
