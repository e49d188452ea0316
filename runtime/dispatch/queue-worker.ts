import { type BackendFactory, Worker as BullWorker, type IQueueBackend } from "bullmq";
import type { Logger } from "../logger.js";
import { waitForRetry } from "../mapping/backoff.js";
import { isRefusal } from "../store/outage.js";
import type { Store } from "../store/store.js";
import { nextTick } from "../upkeep/next-tick.js";
import type { DispatchEvents } from "./dispatch.js";

/** How the workers of a dispatch treat their jobs' locks. */
export interface LockSettings {
  readonly lockDurationMs: number;
  readonly stalledIntervalMs: number;
  readonly maxCrashes: number;
}

/** A BullMQ worker of one queue that fetches nothing by itself. */
export type QueueWorker = BullWorker<unknown, unknown, string, IQueueBackend>;

/** What the queue said when it had no job to give. Times are in ms since 1970; 0: none. */
export interface NoJob {
  /** Its rate limit lasts until then. */
  readonly limitedUntil: number;
  /** Its next delayed job is due then. */
  readonly dueAt: number;
}

/**
 * A BullMQ worker of `queue` that is driven from outside, by `getNextJob` and `processJob`: it keeps retries, events and
 * records as BullMQ makes them, and leaves to the caller when to fetch.
 *
 * `onNoJob` is told why there was none, which BullMQ keeps to itself.
 */
export function openQueueWorker(
  store: Store,
  queue: string,
  { lockDurationMs, stalledIntervalMs, maxCrashes }: LockSettings,
  events: DispatchEvents,
  onNoJob: (why: NoJob) => void,
  logger: Logger,
): QueueWorker {
  const { options, backend } = store.bind(queue);
  const worker: QueueWorker = new BullWorker(
    queue,
    // With a third parameter BullMQ would make an AbortController a job.
    (job, token) => events.perform(job, queue, token ?? ""),
    {
      ...options,
      autorun: false,
      lockDuration: lockDurationMs,
      // Each worker looks at this interval, and one look of any keeps the others from looking for as long. So the looks of
      // them all, of which one may die, are up to two intervals apart.
      stalledInterval: stalledIntervalMs / 2,
      // Ours comes first, with a better reason; BullMQ's is the net below it for workers of other makes.
      maxStalledCount: maxCrashes + 1,
      runRetryDelay: 500,
      settings: { backoffStrategy: waitForRetry, repeatStrategy: nextTick },
    },
    observing(backend, onNoJob, (error) => worker.emit("error", error)),
  );
  worker.on("error", (err) => {
    if (store.outageBehind(err) === undefined) logger.error({ err, queue }, "worker error");
  });
  worker.on("stalled", (jobId) => {
    logger.warn({ queue, jobId }, "a worker died or lost touch: its job runs again");
    events.recovered?.(queue);
  });
  worker.on("completed", (job) => events.succeeded(job, queue));
  worker.on("failed", (job, error) => {
    if (job !== undefined) events.failed(job, queue, error);
  });
  return worker;
}

/**
 * The same backends, whose answers without a job are also told to `onNoJob`, and which move a job on until it has moved:
 * BullMQ would make a failure of a success that Redis refuses to record for the time being, and of a failure nothing, so
 * that its job counts as crashed.
 */
function observing(
  factory: BackendFactory,
  onNoJob: (why: NoJob) => void,
  onRefusal: (error: Error) => void,
): BackendFactory {
  async function surely<Answer>(move: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      try {
        return await move();
      } catch (error) {
        if (!isRefusal(error)) throw error;
        onRefusal(error);
        await after(askAgainMs);
      }
    }
  }

  // [job, id, rate limit in ms, time of the next delayed job]; empty where there is nothing to say.
  const hear = <Answer>(answer: Answer): Answer => {
    if (!Array.isArray(answer) || (answer[0] !== null && answer[0] !== undefined)) return answer;
    const [, , limitMs = 0, dueAt = 0] = answer.map(Number);
    onNoJob({ limitedUntil: limitMs > 0 ? Date.now() + limitMs : 0, dueAt: Math.max(dueAt, 0) });
    return answer;
  };
  const hearResult = <Recorded extends { readonly result: unknown }>(recorded: Recorded): Recorded => {
    hear(recorded.result);
    return recorded;
  };
  return (...args) => {
    const backend = factory(...args);
    const { moveToActive, moveToCompleted, moveToFailed } = backend;
    const { moveToDelayed, retryJob, moveJobFromActiveToWait } = backend;
    backend.moveToActive = (...call) => moveToActive.apply(backend, call).then(hear);
    let ended = 0;
    backend.moveToCompleted = (...call) => {
      const [job, result, kept, token, fetchNext] = call as Parameters<typeof moveToCompleted>;
      const trims = typeof kept !== "object" || ended++ % trimEvery === 0;
      const answer = surely(() => moveToCompleted.call(backend, job, result, trims && kept, token, fetchNext));
      return fetchNext ? answer.then(hearResult) : answer;
    };
    backend.moveToFailed = (...call) => {
      const answer = surely(() => moveToFailed.apply(backend, call as Parameters<typeof moveToFailed>));
      return call[4] ? answer.then(hearResult) : answer;
    };
    backend.moveToDelayed = (...call) => {
      const answer = surely(() => moveToDelayed.apply(backend, call));
      return call[4]?.fetchNext ? answer.then(hear) : answer;
    };
    backend.retryJob = (...call) => surely(() => retryJob.apply(backend, call));
    backend.moveJobFromActiveToWait = (...call) => surely(() => moveJobFromActiveToWait.apply(backend, call));
    return backend;
  };
}

/**
 * Of so many jobs that succeed, one has BullMQ remove the completed ones beyond what their queue keeps: to look for them
 * each time is a tenth of what a job costs Redis.
 */
const trimEvery = 32;

const askAgainMs = 500;

function after(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}
