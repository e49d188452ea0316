import { WorkerStopping } from "../errors.js";
import type { Logger } from "../logger.js";

/** The attempts that run in one worker, so that stopping can reach them all. */
export interface RunningAttempts {
  /** From then on whatever arrives goes back to its queue unseen. */
  readonly isStopping: boolean;
  /** Notes an attempt that runs; the call that comes back ends it. */
  enter(controller: AbortController): () => void;
  /** Notes a handler that ignored its signal and goes on: its slot is given away while it still works. */
  abandon(settled: Promise<void>, of: { task: string; queue: string; jobId: string | undefined }): void;
  stopAccepting(): void;
  /** Aborts every attempt with WorkerStopping. */
  abort(): void;
}

export function openRunningAttempts(logger: Logger): RunningAttempts {
  const controllers = new Set<AbortController>();
  let isStopping = false;
  let abandonedNow = 0;
  return {
    get isStopping() {
      return isStopping;
    },
    enter(controller) {
      controllers.add(controller);
      return () => void controllers.delete(controller);
    },
    abandon(settled, of) {
      abandonedNow += 1;
      logger.warn({ ...of, abandonedNow }, "the handler ignores its signal and runs on, over the worker's concurrency");
      void settled.then(() => {
        abandonedNow -= 1;
        logger.info({ ...of, abandonedNow }, "the abandoned handler has ended");
      });
    },
    stopAccepting() {
      isStopping = true;
    },
    abort() {
      for (const controller of controllers) controller.abort(new WorkerStopping());
    },
  };
}
