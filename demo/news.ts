import type { Hooks } from "taskwright";

/** What the process that lives the day tells the one that watches it. */
export type News =
  /** The worker fetches jobs. */
  | { readonly kind: "up" }
  /** An hour of the day has begun, with so many new jobs in it. */
  | { readonly kind: "hour"; readonly hour: number; readonly enqueued: number }
  | ({ readonly kind: "attempt" } & AttemptNews)
  /** The bank has moved the money of `reference`, and its answer is under way. */
  | { readonly kind: "moved"; readonly reference: string }
  /** Nothing moves any more. */
  | {
      readonly kind: "over";
      /** By task. */
      readonly counts: Readonly<Record<string, JobCounts>>;
      readonly dead: readonly { readonly task: string; readonly reason: string | undefined }[];
      /** Why a bad payload was refused. */
      readonly refusal: string;
    }
  /** Redis could not be reached. */
  | { readonly kind: "unreachable"; readonly message: string };

/** Jobs of a task: all, those completed, and those in the dead letter. */
export interface JobCounts {
  readonly enqueued: number;
  readonly done: number;
  readonly dead: number;
}

/** What a worker's hooks say of an attempt, in short. */
export interface AttemptNews {
  readonly event: "started" | "succeeded" | "failed" | "died";
  readonly task: string;
  readonly jobId: string;
  /** From due to start, in ms, of a job's first attempt. */
  readonly waitedMs: number | undefined;
}

/** Hooks that hand on what they are told. */
export function hooksTo(tell: (news: News) => void): Hooks {
  const on =
    (event: AttemptNews["event"]) =>
    ({ task, jobId, attempt, dueAt, startedAt }: Parameters<NonNullable<Hooks["onStart"]>>[0]) => {
      const waitedMs = attempt === 1 ? Math.max(0, startedAt - dueAt) : undefined;
      tell({ kind: "attempt", event, task, jobId, waitedMs });
    };
  return { onStart: on("started"), onSuccess: on("succeeded"), onFailure: on("failed"), onDead: on("died") };
}
