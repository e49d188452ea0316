/**
 * What must happen to one job in a single step and BullMQ does not offer as one.
 *
 * Written for BullMQ's own keys and tables: a test runs each on both stores, and the BullMQ version is pinned.
 */
export interface JobSteps {
  /** Removes an ended job, unless it is no longer in `state`: somebody may have retried it. True: it was removed. */
  removeEnded(queue: string, jobId: string, state: "completed" | "failed"): Promise<boolean>;

  /** Removes the completed jobs of a queue beyond `bound`, the oldest first; of very many a part, and the rest at other calls. */
  trimCompleted(queue: string, bound: TrimBound): Promise<void>;

  /**
   * Removes a job that waits and that nobody has begun, also a run of a schedule: BullMQ lets none of those go on
   * PostgreSQL. True: it was removed.
   */
  removeUnbegun(queue: string, jobId: string): Promise<boolean>;

  /** Cancels a job, whatever state it is in. What is running is told through `onCancel`. */
  cancel(queue: string, jobId: string, order: CancelOrder): Promise<CancelStep>;

  /** Why the job was cancelled; undefined: it was not. */
  cancelReason(queue: string, jobId: string): Promise<string | undefined>;

  /** Counts the crashes of a job anew: BullMQ keeps the count when a dead job is retried. */
  forgetCrashes(queue: string, jobId: string): Promise<void>;

  /** Tells of cancellations in `queues`, from whichever process they come, until the returned function is called. */
  onCancel(queues: readonly string[], listener: CancelListener): Promise<() => Promise<void>>;
}

/** Which ended jobs of a queue stay. */
export interface TrimBound {
  /** So many at most. */
  readonly count: number;
  /** For so many seconds. */
  readonly ageS: number;
  /** In ms since 1970. */
  readonly now: number;
}

/** How to cancel. */
export interface CancelOrder {
  readonly reason: string;
  /** In ms since 1970. */
  readonly now: number;
  /** False: the task keeps no dead jobs, so a cancelled one isn't kept either. */
  readonly isKept: boolean;
}

/**
 * What a cancellation has found: a job that waited has `ended` by it; one that runs, or that a schedule will start, is
 * `marked` and ends as cancelled; one that was over is left as it was.
 */
export type CancelStep = "ended" | "marked" | "over" | "unknown";

/** Who runs jobs. */
export interface CancelListener {
  cancelled(queue: string, jobId: string, reason: string): void;
  /** The connection was lost for a time: marks have to be looked up. */
  mayHaveMissed(): void;
}

/** What is sent to those who run jobs; empty when it is something else, since anybody may publish on a channel. */
export function readCancelMessage(text: string | undefined): Partial<Record<"queue" | "jobId" | "reason", string>> {
  try {
    const message: unknown = JSON.parse(text ?? "");
    return typeof message === "object" && message !== null ? message : {};
  } catch {
    return {};
  }
}
