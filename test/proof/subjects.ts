import {
  type Catalog,
  defineTask,
  type Idempotency,
  type IdempotentTaskDefinition,
  type TaskDefinition,
} from "taskwright";

/** What the ledger does with a payment that comes a second time. */
export type Honours = "key" | "fence" | "neither";

/** One way to make payments, and what the proof asks of it. */
export interface Subject {
  readonly title: string;
  readonly honours: Honours;
  /** What must be zero; nothing is asked of the pattern that ours is compared with. */
  readonly required: readonly ("lost" | "doubled")[];
}

export const subjectNames = ["key", "fence", "park", "retry", "setnx"] as const;

export type SubjectName = (typeof subjectNames)[number];

/** The ways, in the order of the table. */
export const subjects: Readonly<Record<SubjectName, Subject>> = {
  key: { title: "the ledger honours the key", honours: "key", required: ["lost", "doubled"] },
  fence: { title: "the ledger honours the fence", honours: "fence", required: ["lost", "doubled"] },
  park: { title: "neither; onUncertain: park", honours: "neither", required: ["lost", "doubled"] },
  retry: { title: "neither; onUncertain: retry", honours: "neither", required: ["lost"] },
  setnx: { title: "SETNX, then work", honours: "neither", required: [] },
};

/** A payment, as callers ask for it. */
export interface Payment {
  readonly reference: string;
  readonly kobo: number;
}

export interface Receipt {
  readonly receipt: string;
}

/** How long an attempt holds its key, in ms. */
export const leaseMs = 1_000;

/** A day of the proof, in ms: what a team waits for in days passes in seconds. */
export const dayMs = 10_000;

/** All subjects, each a task on a queue of its own, so that one worker serves them and its death strikes them alike. */
export const catalog = {
  queues: Object.fromEntries(subjectNames.map((name) => [queueOf(name), { weight: 1 }])),
  workflows: {
    proof: {
      key: once("key", "retry"),
      fence: once("fence", "retry"),
      park: once("park", "park"),
      retry: once("retry", "retry"),
      setnx: defineTask<Payment>(definitionOf("setnx")),
    },
  },
} as const satisfies Catalog;

export function queueOf(subject: SubjectName): string {
  return `proof-${subject}`;
}

/** The subject whose queue the Redis key is of. */
export function subjectOfKey(key: string): SubjectName | undefined {
  return subjectNames.find((name) => key.startsWith(`{taskwright:${queueOf(name)}}`));
}

function once(
  subject: SubjectName,
  onUncertain: Idempotency["onUncertain"],
): IdempotentTaskDefinition<Payment, Receipt> {
  return {
    ...defineTask<Payment, Receipt>(definitionOf(subject)),
    idempotency: { key: ["reference"], leaseMs, ttlMs: 90 * dayMs, onDuplicate: "result", onUncertain },
  };
}

function definitionOf(subject: SubjectName): TaskDefinition {
  const kept = { ageMs: 3_600_000, count: 1_000_000 };
  return {
    name: `proof:${subject}`,
    queue: queueOf(subject),
    version: 1,
    retries: 5,
    backoff: { type: "fixed", delayMs: 200, maxMs: 200, jitter: 0 },
    timeoutMs: 30_000,
    retention: { completed: kept, failed: kept },
    payload: (value: unknown) => typeof value === "object",
    ...(subject !== "setnx" && { result: (value: unknown) => typeof value === "object" }),
  };
}
