import { type BackendFactory, Worker as BullWorker, type IQueueBackend, type JobJson, type KeepJobs } from "bullmq";
import type { Logger } from "../logger.js";
import { waitForRetry } from "../mapping/backoff.js";
import type { JobSteps } from "../store/job-steps.js";
import { isRefusal } from "../store/outage.js";
import type { StoreJob } from "../store/queue.js";
import type { Store } from "../store/store.js";
import { nextTick } from "../upkeep/next-tick.js";
import type { DispatchEvents } from "./dispatch.js";

/** How the workers of a dispatch treat their jobs' locks. */
export interface LockSettings {
  readonly lockDurationMs: number;
  readonly stalledIntervalMs: number;
  readonly maxCrashes: number;
}

/** What the queue said when it had no job to give. Times are in ms since 1970; 0: none. */
export interface NoJob {
  /** Its rate limit lasts until then. */
  readonly limitedUntil: number;
  /** Its next delayed job is due then. */
  readonly dueAt: number;
}

/**
 * A BullMQ worker of `queue` that is driven from outside, by `take` and `work`: it keeps retries, events and records as
 * BullMQ makes them, and leaves to the caller when to fetch.
 *
 * `onNoJob` is told why there was none, which BullMQ keeps to itself.
 */
export function openQueueWorker(
  store: Store,
  queue: string,
  settings: LockSettings,
  events: DispatchEvents,
  onNoJob: (why: NoJob) => void,
  logger: Logger,
): QueueWorker {
  const worker = new QueueWorker(store, queue, settings, events, onNoJob);
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

/** How a handler ended, for BullMQ to record. */
type Ended =
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "threw"; readonly error: unknown };

/**
 * See `openQueueWorker`. A class, since what BullMQ's own loop is made of is for its heirs.
 *
 * A success is recorded directly: on its way through `processJob` a job makes twice as many promises. What has failed, or
 * could not be recorded at once, goes that way, with its retries.
 */
export class QueueWorker extends BullWorker<unknown, unknown, string, IQueueBackend> {
  readonly #perform: (job: StoreJob, token: string) => Promise<unknown>;
  readonly #succeeded: (job: StoreJob) => void;
  readonly #ended: WeakMap<object, Ended>;

  constructor(
    store: Store,
    queue: string,
    { lockDurationMs, stalledIntervalMs, maxCrashes }: LockSettings,
    events: DispatchEvents,
    onNoJob: (why: NoJob) => void,
  ) {
    const { options, backend } = store.bind(queue);
    const ended = new WeakMap<object, Ended>();
    super(
      queue,
      // With a third parameter BullMQ would make an AbortController a job.
      async (job, _token) => {
        const known = ended.get(job);
        if (known?.kind === "threw") throw known.error;
        return known?.value;
      },
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
      observing(backend, onNoJob, trimmer(store.steps, queue), (error) => this.emit("error", error)),
    );
    this.#ended = ended;
    this.#perform = (job, token) => events.perform(job, queue, token);
    this.#succeeded = (job) => events.succeeded(job, queue);
  }

  /** The next job, locked with `token`; undefined when there is none. */
  async take(token: string): Promise<StoreJob | undefined> {
    if (this.closing !== undefined) return undefined;
    const answer = await this.getBackend().moveToActive(token);
    return this.#jobOf(answer, token);
  }

  /**
   * Has the job performed and records what has become of it. Resolves to the next job, if there is one and `fetchesNext`, asked
   * when the outcome is about to be recorded, says that it is wanted.
   */
  async work(job: StoreJob, token: string, fetchesNext: () => boolean): Promise<StoreJob | undefined> {
    // BullMQ has a reason of its own to fail the job, such as too many crashes.
    if (job.deferredFailure) return this.#recordAsBullmq(job, token, fetchesNext);
    let value: unknown;
    try {
      value = await this.#perform(job, token);
    } catch (error) {
      this.#ended.set(job, { kind: "threw", error });
      return this.#recordAsBullmq(job, token, fetchesNext);
    }
    try {
      return await this.#complete(job, value, token, fetchesNext());
    } catch {
      this.#ended.set(job, { kind: "returned", value });
      return this.#recordAsBullmq(job, token, fetchesNext);
    }
  }

  async #complete(job: StoreJob, value: unknown, token: string, fetchNext: boolean): Promise<StoreJob | undefined> {
    const kept = job.opts.removeOnComplete ?? false;
    const { result, finishedOn } = await this.getBackend().moveToCompleted(job, value, kept, token, fetchNext);
    job.returnvalue = value;
    job.finishedOn = finishedOn;
    job.attemptsMade += 1;
    this.#succeeded(job);
    return Array.isArray(result) ? this.#jobOf(result, token) : undefined;
  }

  async #recordAsBullmq(job: StoreJob, token: string, fetchesNext: () => boolean): Promise<StoreJob | undefined> {
    return (await this.processJob(job, token, fetchesNext)) ?? undefined;
  }

  /** BullMQ makes the next run of a schedule from the job that is taken. */
  #jobOf([data, id]: readonly unknown[], token: string): StoreJob | Promise<StoreJob | undefined> | undefined {
    const stored = data as JobJson | null | undefined;
    if (!stored) return undefined;
    if (stored.repeatJobKey) return this.nextJobFromJobData(stored, String(id), token);
    const job = this.createJob(stored, String(id));
    job.token = token;
    return job;
  }
}

/**
 * The same backends, whose answers without a job are also told to `onNoJob`, and which move a job on until it has moved:
 * BullMQ would make a failure of a success that Redis refuses to record for the time being, and of a failure nothing, so
 * that its job counts as crashed.
 */
function observing(
  factory: BackendFactory,
  onNoJob: (why: NoJob) => void,
  trim: Trim,
  onRefusal: (error: Error) => void,
): BackendFactory {
  function surely<Answer>(move: () => Promise<Answer>, hear: (answer: Answer) => Answer): Promise<Answer> {
    return move().then(hear, (error) => askAgain(move, error).then(hear));
  }

  async function askAgain<Answer>(move: () => Promise<Answer>, first: unknown): Promise<Answer> {
    for (let error = first; ; ) {
      if (!isRefusal(error)) throw error;
      onRefusal(error);
      await after(askAgainMs);
      try {
        return await move();
      } catch (next) {
        error = next;
      }
    }
  }

  const ignore = <Answer>(answer: Answer): Answer => answer;
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
    backend.moveToCompleted = (...call) => {
      const [job, result, kept, token, fetchNext] = call as Parameters<typeof moveToCompleted>;
      const isBounded = typeof kept === "object";
      const move = () => moveToCompleted.call(backend, job, result, isBounded ? false : kept, token, fetchNext);
      const recorded = surely(move, fetchNext ? hearResult : ignore);
      const trimmed = isBounded ? trim(kept)?.catch(onRefusal) : undefined;
      // Both are listened to from now on: the first may fail while the second is under way.
      return trimmed === undefined ? recorded : Promise.all([recorded, trimmed]).then(([answer]) => answer);
    };
    backend.moveToFailed = (...call) => {
      const move = () => moveToFailed.apply(backend, call as Parameters<typeof moveToFailed>);
      return surely(move, call[4] ? hearResult : ignore);
    };
    backend.moveToDelayed = (...call) =>
      surely(() => moveToDelayed.apply(backend, call), call[4]?.fetchNext ? hear : ignore);
    backend.retryJob = (...call) => surely(() => retryJob.apply(backend, call), ignore);
    backend.moveJobFromActiveToWait = (...call) => surely(() => moveJobFromActiveToWait.apply(backend, call), ignore);
    return backend;
  };
}

/** Removes the completed jobs beyond what is kept, when it is time to. */
type Trim = (kept: Partial<Record<keyof KeepJobs | "age", number>>) => Promise<void> | undefined;

/**
 * Trims a queue after each `trimEvery` successes in it, by a step that removes many at once: BullMQ's own way, with each
 * success, is a tenth of what a job costs Redis.
 */
function trimmer(steps: JobSteps, queue: string): Trim {
  let ended = 0;
  return ({ count = Number.MAX_SAFE_INTEGER, age = Number.MAX_SAFE_INTEGER }) => {
    ended += 1;
    if (ended % trimEvery !== 0) return undefined;
    return steps.trimCompleted(queue, { count, ageS: age, now: Date.now() });
  };
}

const trimEvery = 32;

const askAgainMs = 500;

function after(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}
