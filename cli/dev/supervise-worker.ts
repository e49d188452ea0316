import type { WorkerEars, WorkerProcess } from "./worker-process.js";

/** How the worker of `taskwright dev` is. */
export type WorkerStatus =
  | { readonly kind: "starting"; readonly why: string }
  | { readonly kind: "running"; readonly startedInMs: number }
  | { readonly kind: "stopping"; readonly why: string }
  /** For good. */
  | { readonly kind: "stopped" }
  /** It waits for a change, and is then started anew. */
  | { readonly kind: "failed"; readonly problem: string };

/** Keeps one worker, of the files as they are now. */
export interface Supervisor {
  /** Starts a worker if there is none, or if a file of the one that runs has changed. */
  renew(): void;
  /** Ends the worker, and starts no other. */
  close(): Promise<void>;
  /** The same, at once. */
  kill(): void;
}

/** One worker at a time: the next is started when the one before it is gone, for the embedded store belongs to one. */
export function superviseWorker(
  start: (ears: Pick<WorkerEars, "onReady">) => WorkerProcess,
  tell: (status: WorkerStatus) => void,
  nameOf: (path: string) => string,
): Supervisor {
  let current: WorkerProcess | undefined;
  let hasFailed = false;
  let wanted: string | undefined;
  let isOver = false;
  let turning: Promise<void> | undefined;

  async function turn(): Promise<void> {
    while (wanted !== undefined && !isOver) {
      const why = wanted;
      wanted = undefined;
      if (current !== undefined && !hasFailed) tell({ kind: "stopping", why });
      await current?.stop();
      if (isOver) return;
      hasFailed = false;
      tell({ kind: "starting", why });
      current = begin();
    }
  }

  function begin(): WorkerProcess {
    const startedAt = performance.now();
    const onReady = () => tell({ kind: "running", startedInMs: Math.round(performance.now() - startedAt) });
    const mine = start({ onReady });
    void mine.ended.then((problem) => {
      if (isOver || current !== mine || problem === undefined) return;
      hasFailed = true;
      tell({ kind: "failed", problem });
    });
    return mine;
  }

  return {
    renew() {
      const changed = current?.changedFile();
      if (current !== undefined && !hasFailed && changed === undefined) return;
      wanted = changed === undefined ? "" : `${nameOf(changed)} has changed`;
      turning ??= turn().finally(() => {
        turning = undefined;
      });
    },
    async close() {
      isOver = true;
      if (current !== undefined && !hasFailed) {
        tell({ kind: "stopping", why: "" });
        await current.stop();
      }
      await turning;
      tell({ kind: "stopped" });
    },
    kill: () => current?.kill(),
  };
}

/** A status in words. */
export function describeWorker(status: WorkerStatus): string {
  switch (status.kind) {
    case "starting":
      return status.why === "" ? "starting" : `starting again: ${status.why}`;
    case "running":
      return `running, after ${status.startedInMs} ms`;
    case "stopping":
      return status.why === "" ? "stopping" : `stopping: ${status.why}`;
    case "stopped":
      return "stopped";
    case "failed":
      return `not running, until something changes:\n${status.problem}`;
  }
}
