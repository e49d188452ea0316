import { randomUUID } from "node:crypto";
import type { Logger } from "../logger.js";
import type { StoreJob } from "../store/queue.js";
import type { Marker, Store } from "../store/store.js";
import type { Dispatch, DispatchEvents, DispatchOrder, Lane } from "./dispatch.js";
import { type LockedJob, type LockedJobs, startLockRenewal } from "./locks.js";
import { openPicker } from "./picker.js";
import { baseMarker, openQueueWatch, type QueueWatch } from "./queue-watch.js";
import { type LockSettings, openQueueWorker, type QueueWorker } from "./queue-worker.js";

/** How a pool works. */
export interface PoolOptions extends LockSettings {
  /** Jobs running at once, over all queues. */
  readonly concurrency: number;
  readonly dispatch: DispatchOrder;
}

/** A queue as the pool sees it. */
interface PoolQueue extends Lane {
  readonly worker: QueueWorker;
  readonly watch: QueueWatch;
  readonly running: Set<LockedJob>;
  lockLost(jobId: string): void;
  readonly renewed: LockedJobs["renewed"];
  /** Slots that have asked it for a job and wait for the answer. */
  asking: number;
  /** Jobs of it whose outcome was recorded. */
  ended: number;
  /** Jobs it gave since it last had none. */
  streak: number;
  /** The marker that told us of a job, until somebody asks for that job. */
  owed: Marker | undefined;
}

/** A job that occupies a slot. */
interface Taken extends LockedJob {
  readonly queue: PoolQueue;
}

/** What a slot does next. */
type Choice =
  /** The next job of the same queue comes with the recorded outcome. */
  | { readonly kind: "rides" }
  | { readonly kind: "asks"; readonly taken: Promise<Taken | undefined> }
  | { readonly kind: "rests" };

/**
 * One pool of slots over several queues.
 *
 * A slot that becomes free picks a queue. When it is that of the job that has just ended, the next job comes with the
 * script that records the outcome; another queue's is asked for in the same write. A queue that had no job leaves the
 * picks, so that the others have its share, until its watch says that there may be one.
 */
export function openPool(
  store: Store,
  lanes: readonly Lane[],
  options: PoolOptions,
  events: DispatchEvents,
  logger: Logger,
): Dispatch {
  const { concurrency } = options;
  const queues = lanes.map(openPoolQueue);
  const picker = openPicker(queues, options.dispatch);
  const id = randomUUID();
  let tokens = 0;
  let free = concurrency;
  let isFetching = false;
  let isStarted = false;
  let isSuspended = false;
  let isClosing = false;
  let stopRenewal: () => void = () => undefined;
  let onIdle: () => void = () => undefined;

  function fill(): void {
    while (isFetching && free > 0) {
      const queue = picker.pick(mayAsk);
      if (queue === undefined) return;
      free -= 1;
      void occupy(queue);
    }
  }

  /** One slot, from its first job until no queue has another. */
  async function occupy(queue: PoolQueue): Promise<void> {
    let taken = await take(queue);
    while (taken !== undefined) taken = await perform(taken);
    free += 1;
    fill();
    if (free === concurrency) onIdle();
  }

  async function take(first: PoolQueue | undefined): Promise<Taken | undefined> {
    for (let queue = first; queue !== undefined; queue = pickAgain()) {
      const taken = await ask(queue);
      if (taken !== undefined) return taken;
    }
    return undefined;
  }

  async function ask(queue: PoolQueue): Promise<Taken | undefined> {
    const token = `${id}:${tokens++}`;
    const { ended } = queue;
    beginAsking(queue);
    try {
      const job = await queue.worker.take(token);
      // Under a limit over all workers it may have been told "none" because of a job that has ended since.
      if (job === undefined && queue.ended !== ended) return askLater(queue);
      return answered(queue, job, token);
    } catch (error) {
      queue.asking -= 1;
      picker.remove(queue);
      queue.watch.startIn(askAgainMs);
      report(queue, error);
      return undefined;
    }
  }

  function askLater(queue: PoolQueue): undefined {
    queue.asking -= 1;
    queue.streak = 0;
    if (isFetching) picker.add(queue);
    fill();
  }

  async function perform(taken: Taken): Promise<Taken | undefined> {
    const { queue, job, token } = taken;
    let choice: Choice | undefined;
    // BullMQ calls it again when it has to record the outcome a second time.
    const rides = () => {
      choice ??= choose(queue);
      return choice.kind === "rides";
    };
    let next: StoreJob | undefined;
    try {
      next = await queue.worker.work(job, token, rides);
    } catch (error) {
      report(queue, error);
    }
    queue.running.delete(taken);
    queue.ended += 1;
    // A slot that asked while this job still counted against such a limit took the queue for empty.
    if (choice?.kind !== "rides" && isFetching && !queue.watch.isLimited && !picker.has(queue)) {
      picker.add(queue);
      fill();
    }
    if (choice?.kind === "rides") return answered(queue, next, token) ?? take(pickAgain());
    return choice?.kind === "asks" ? choice.taken : take(pickAgain());
  }

  /** Decided when the handler has ended, before its outcome is recorded. */
  function choose(ended: PoolQueue): Choice {
    if (!isFetching) return { kind: "rests" };
    // Under a limit over all workers the end of one job may let the next of its queue begin.
    if (!ended.watch.isLimited) picker.add(ended);
    const queue = picker.pick((each) => each === ended || mayAsk(each), ended);
    if (queue === undefined) return { kind: "rests" };
    if (queue !== ended) return { kind: "asks", taken: afterThisWrite(() => take(queue)) };
    beginAsking(ended);
    return { kind: "rides" };
  }

  function pickAgain(): PoolQueue | undefined {
    return isFetching ? picker.pick(mayAsk) : undefined;
  }

  function beginAsking(queue: PoolQueue): void {
    queue.asking += 1;
    queue.owed = undefined;
  }

  function answered(queue: PoolQueue, job: StoreJob | undefined, token: string): Taken | undefined {
    queue.asking -= 1;
    if (job === undefined) {
      queue.streak = 0;
      picker.remove(queue);
      if (isFetching) queue.watch.start();
      // Strict slots may have waited for this answer.
      fill();
      return undefined;
    }
    queue.streak += 1;
    queue.watch.succeeded();
    const taken = { queue, job, token, lockedAt: Date.now() };
    queue.running.add(taken);
    if (isFetching) picker.add(queue);
    fill();
    return taken;
  }

  /** There may be a job. As long as nobody asks for it, other processes would sleep on without its marker. */
  function wake(queue: PoolQueue, marker: Marker | undefined): void {
    queue.owed = marker;
    if (isFetching) picker.add(queue);
    fill();
    if (queue.owed !== undefined) void handBack(queue, queue.owed);
  }

  async function handBack(queue: PoolQueue, marker: Marker): Promise<void> {
    queue.owed = undefined;
    try {
      await store.handBack(queue.worker.getBackend(), marker);
    } catch (err) {
      if (store.outageBehind(err) === undefined)
        logger.warn({ err, queue: queue.queue }, "idle workers were not woken");
    }
  }

  async function endWatch(queue: PoolQueue): Promise<void> {
    const mayHaveMarker = await queue.watch.close();
    if (mayHaveMarker) await Promise.race([handBack(queue, baseMarker), after(askAgainMs)]);
  }

  function openPoolQueue(lane: Lane): PoolQueue {
    const worker = openQueueWorker(store, lane.queue, options, events, (why) => watch.heed(why), logger);
    const watch = openQueueWatch(worker, (marker) => wake(queue, marker));
    const lockLost = (jobId: string) => {
      events.locksRenewed?.(lane.queue, "lost", 1);
      events.lockLost(jobId, lane.queue);
    };
    const renewed: LockedJobs["renewed"] = (...told) => events.locksRenewed?.(lane.queue, ...told);
    const queue = {
      ...lane,
      worker,
      watch,
      lockLost,
      renewed,
      running: new Set<Taken>(),
      asking: 0,
      ended: 0,
      streak: 0,
      owed: undefined,
    };
    return queue;
  }

  function beginFetching(): void {
    if (!isStarted || isSuspended || isClosing) return;
    isFetching = true;
    for (const queue of queues) if (!queue.watch.isLimited) picker.add(queue);
    fill();
  }

  return {
    async start() {
      await Promise.all(queues.map(({ worker }) => worker.waitUntilReady()));
      await Promise.all(queues.map(({ worker }) => worker.startStalledCheckTimer()));
      // Drained meanwhile: nobody would end the renewal.
      if (isClosing) return;
      stopRenewal = startLockRenewal(queues, options.lockDurationMs);
      isStarted = true;
      beginFetching();
    },
    suspend() {
      isSuspended = true;
      isFetching = false;
    },
    resume() {
      isSuspended = false;
      beginFetching();
    },
    async drain() {
      isClosing = true;
      isFetching = false;
      const watchesEnded = Promise.all(queues.map(endWatch));
      const idle = new Promise<void>((resolve) => {
        onIdle = resolve;
      });
      if (free < concurrency) await idle;
      await watchesEnded;
      stopRenewal();
      await Promise.all(queues.map(({ worker }) => worker.close()));
    },
    async giveUp() {
      stopRenewal();
      // Not without force: it would wait for the store once more.
      await Promise.allSettled(queues.map(({ worker }) => worker.close(true)));
    },
  };
}

function report({ worker }: PoolQueue, error: unknown): void {
  worker.emit("error", error instanceof Error ? error : new Error(String(error)));
}

/** How long a queue is left alone after it could not be asked. */
const askAgainMs = 500;

/** A queue that may have few jobs is asked by one slot at first, by two when it gave two, and so on. */
function mayAsk({ asking, streak }: PoolQueue): boolean {
  return asking < Math.max(1, streak);
}

/** BullMQ writes the outcome some microtasks later: asked sooner, the next job would be active beside the last. */
function afterThisWrite<T>(call: () => Promise<T>): Promise<T> {
  return new Promise((resolve) => {
    process.nextTick(() => resolve(call()));
  });
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}
