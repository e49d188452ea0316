import type { Registry } from "prom-client";
import { type QueueOfTasks, queuesOf } from "../catalog.js";
import type { JobTasks } from "../client/job-tasks.js";
import { loadTracing } from "../client/traced-client.js";
import type { Dispatch, DispatchEvents } from "../dispatch/dispatch.js";
import { openPool } from "../dispatch/pool.js";
import { AlreadyClosed } from "../errors.js";
import type { measureWorker } from "../metrics/measure-worker.js";
import { openQueue, type StoreJob, type StoreQueue } from "../store/queue.js";
import { openStore, type Store } from "../store/store.js";
import type { Catalog } from "../task.js";
import type { Tracing } from "../tracing/tracing.js";
import { cleanQueue, startJanitor } from "../upkeep/janitor.js";
import { openScheduleKeeper, type ScheduleKeeper } from "../upkeep/keep-schedules.js";
import { applyQueueLimits } from "../upkeep/queue-limits.js";
import { beginRun } from "../upkeep/schedule-runs.js";
import { type AttemptContext, runAttempt } from "./attempt.js";
import { type Backlogs, openBacklogs } from "./backlogs.js";
import type { HandledTask } from "./handler.js";
import { type Health, notReady, ready } from "./health.js";
import { bothHooks } from "./hooks.js";
import { endIfCancelled, listenForCancellations } from "./listen-for-cancellations.js";
import type { Middleware } from "./middleware.js";
import type { WorkerSettings } from "./options.js";
import { type Outcome, settle } from "./outcome.js";
import { openPostponementLog } from "./postponement.js";
import { type PresenceBeat, startPresence } from "./presence.js";
import { openReporter } from "./report.js";
import { openRunningAttempts } from "./running-attempts.js";
import { abortGraceMs } from "./supervise.js";
import { startWatchdog, type Watchdog } from "./watchdog.js";

/** A worker from its start to its stop. */
export interface WorkerProcess {
  /** Resolves when jobs are being fetched; rejects with AlreadyClosed when it was stopped before. */
  readonly started: Promise<void>;
  /** Fetches no further job until `resume`; also before it has started. */
  suspend(): void;
  resume(): void;
  /** Whether it fetches jobs, or would if there were any; asks the store. Never rejects. */
  health(): Promise<Health>;
  /** Resolves when it has stopped. A second call can only shorten the grace. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Starts a worker: opens the store, brings limits and schedules of every queue of the project up to what is declared,
 * then fetches jobs from the queues it serves.
 */
export function openWorkerProcess(
  catalog: Catalog,
  tasks: ReadonlyMap<string, HandledTask>,
  middleware: readonly Middleware[],
  jobTasks: JobTasks,
  settings: WorkerSettings,
  metrics: Promise<Registry> | undefined,
): WorkerProcess {
  const { logger } = settings;
  const all = queuesOf(catalog);
  const served = settings.queues.map(({ name }) => name);
  const running = openRunningAttempts(logger);
  const stopping = openStopSwitch(() => running.stopAll());
  const queues = new Map<string, StoreQueue>();
  let store: Store | undefined;
  let dispatch: Dispatch | undefined;
  let schedules: ScheduleKeeper | undefined;
  let presence: PresenceBeat | undefined;
  let backlogs: Backlogs | undefined;
  let watchdog: Watchdog | undefined;
  let meter: ReturnType<typeof measureWorker> | undefined;
  let tracing: Tracing | undefined;
  let stopJanitor: () => void = () => undefined;
  let stopListening: () => Promise<void> = async () => undefined;
  let stopped: Promise<void> | undefined;
  let isSuspended = false;

  async function launch(): Promise<void> {
    store = await openStore(settings.connection, "worker", logger);
    for (const { name } of all) queues.set(name, openQueue(store, name, logger));
    for (const [queue, definition] of pairs()) {
      await stopping.unless(queue.waitUntilReady());
      await stopping.unless(applyQueueLimits(queue, definition));
    }
    schedules = openScheduleKeeper(store, all, settings.heartbeatMs, logger);
    await stopping.unless(schedules.start());
    const listening = listenForCancellations(store.steps, served, running, logger);
    // Also when it is stopped before that is open: its connection would keep the process.
    stopListening = async () => (await listening.catch(() => undefined))?.();
    await stopping.unless(listening);
    backlogs = openBacklogs(store, [...queues.keys()]);
    meter = await measure(store, backlogs);
    tracing = settings.telemetry && (await loadTracing(settings.telemetry));
    dispatch = openDispatch(store);
    if (isSuspended) dispatch.suspend();
    await stopping.unless(dispatch.start());
    presence = startPresence(store, all, settings, running, logger);
    if (isSuspended) presence.tell("suspended");
    const { stuckAfterMs } = settings;
    watchdog = startWatchdog({ backlogs, queues: served, mayTake, stuckAfterMs }, logger);
    stopJanitor = startJanitor(clean, settings.cleanIntervalMs, logger);
    logger.info({ queues: served, concurrency: settings.concurrency }, "worker started");
  }

  async function measure(opened: Store, read: Backlogs): Promise<typeof meter> {
    if (metrics === undefined) return undefined;
    const { measureWorker } = await import("../metrics/measure-worker.js");
    const stuck = () => watchdog?.stuck ?? [];
    const { concurrency } = settings;
    const sampled = {
      store: opened,
      queues: all,
      served,
      concurrency,
      backlogs: read,
      running,
      stuck,
      health,
    };
    return measureWorker(await metrics, catalog, sampled);
  }

  function mayTake(): boolean {
    return !isSuspended && stopped === undefined && running.list().length < settings.concurrency;
  }

  async function health(): Promise<Health> {
    if (stopped !== undefined) return notReady("The worker is stopping.");
    if (watchdog === undefined || backlogs === undefined) return notReady("The worker has not started yet.");
    if (isSuspended) return notReady("The worker is suspended.");
    const { stuck } = watchdog;
    if (stuck.length > 0) return notReady(`Jobs of ${stuck.join(", ")} wait and slots are free, yet none is taken.`);
    try {
      await backlogs.read();
      return ready;
    } catch (error) {
      return notReady(error instanceof Error ? error.message : String(error));
    }
  }

  function openDispatch(opened: Store): Dispatch {
    const { hooks } = settings;
    const reporter = openReporter(meter === undefined ? hooks : bothHooks(meter.hooks, hooks), logger);
    const log = openPostponementLog(logger);
    const logPostponed: typeof log = (...postponed) => {
      log(...postponed);
      meter?.postponed(...postponed);
    };
    const { maxCrashes } = settings;
    const { steps, effects } = opened;
    const context: AttemptContext = {
      ...{ tasks, middleware, maxCrashes, running, steps, effects, jobTasks, logger, logPostponed, wakeWaiting },
      consume: tracing?.consume,
      onKey: (...event) => meter?.key(...event),
      onStart: reporter.started,
      onSkip: reporter.skipped,
      beginRun: (name, run, now) => beginRun(queueNamed(name), opened.documents, run, now),
    };
    const lanes = settings.queues.map(({ name, weight }) => ({ queue: name, weight }));
    const perform: DispatchEvents["perform"] = (job, queue, token) => {
      watchdog?.taken(queue);
      return runAttempt(job, queue, context).then((outcome) =>
        outcome.kind === "succeeded" ? outcome.result : conclude(outcome, job, queue, token),
      );
    };
    const conclude = async (outcome: Outcome, job: StoreJob, queue: string, token: string) => {
      try {
        return await settle(outcome, job, token, logger);
      } finally {
        if (outcome.kind === "putBack") await wake(opened, queue);
      }
    };
    const failed: DispatchEvents["failed"] = (job, queue, error) => {
      reporter.failed(job, queue, error);
      void endIfCancelled(job, queue, tasks.get(job.name)?.definition, steps, logger);
    };
    const events = { ...reporter, ...meter?.events, failed, perform, lockLost: running.loseLock };
    return openPool(opened, lanes, settings, events, logger);
  }

  function queueNamed(name: string): StoreQueue {
    const queue = queues.get(name);
    if (queue === undefined) throw new Error(`A job came from ${name}, which this worker has not opened.`);
    return queue;
  }

  async function wake(opened: Store, name: string): Promise<void> {
    await opened
      .wake(queueNamed(name))
      .catch((err: unknown) => logger.warn({ err, queue: name }, "idle workers were not woken"));
  }

  /** Whoever isn't delayed any longer, or not yet, finds out by itself. */
  async function wakeWaiting(name: string, jobIds: readonly string[]): Promise<void> {
    const backend = queues.get(name)?.getBackend();
    for (const jobId of jobIds) await backend?.promote(jobId).catch(() => undefined);
  }

  async function clean(): Promise<void> {
    if (store === undefined) return;
    for (const [queue, definition] of pairs()) await cleanQueue(queue, store.steps, definition, Date.now(), logger);
  }

  function* pairs(): Iterable<[StoreQueue, QueueOfTasks]> {
    for (const definition of all) {
      const queue = queues.get(definition.name);
      if (queue !== undefined) yield [queue, definition];
    }
  }

  async function stop(): Promise<void> {
    running.stopAccepting();
    // A launch that was under way ends at its next step, and then nothing more is opened.
    await Promise.race([started.catch(() => undefined), stopping.givenUp]);
    stopJanitor();
    watchdog?.stop();
    presence?.tell("stopping");
    const outcome = await Promise.race([Promise.resolve(dispatch?.drain()).then(() => "drained"), stopping.givenUp]);
    const isDrained = outcome === "drained";
    if (!isDrained) logger.error({}, "some outcomes could not be recorded; their jobs run again elsewhere");
    const ends = [isDrained ? undefined : dispatch?.giveUp(), presence?.end(), schedules?.end(), stopListening()];
    await Promise.race([Promise.all(ends), after(closeMs)]);
    await Promise.race([Promise.all([...queues.values()].map((queue) => queue.close())), after(closeMs)]);
    await store?.close();
    stopping.dispose();
    meter?.stop();
    logger.info({}, "worker stopped");
  }

  const started = launch();
  started.catch(() => undefined);
  return {
    started,
    suspend() {
      isSuspended = true;
      dispatch?.suspend();
      presence?.tell("suspended");
    },
    resume() {
      isSuspended = false;
      dispatch?.resume();
      presence?.tell("fetching");
    },
    health,
    stop(graceMs) {
      stopping.within(graceMs);
      stopped ??= stop();
      return stopped;
    },
  };
}

/** How long BullMQ may take to record outcomes after everything was told to end, and to close a queue. */
const recordMs = 5_000;
const closeMs = 1_000;

interface StopSwitch {
  /** The value of `step`, or AlreadyClosed as soon as a stop is asked for. */
  unless<T>(step: Promise<T>): Promise<T>;
  /** Asks for a stop whose grace ends in `graceMs`, or earlier if an earlier call said so. */
  within(graceMs: number): void;
  /** Resolves when waiting longer makes no sense. */
  readonly givenUp: Promise<void>;
  /** Ends its timers. */
  dispose(): void;
}

function openStopSwitch(endGrace: () => void): StopSwitch {
  const asked = new AbortController();
  const over = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  const whenAsked = aborted(asked.signal);
  let graceEndsAt = Number.POSITIVE_INFINITY;
  return {
    async unless(step) {
      step.catch(() => undefined);
      await Promise.race([step.catch(() => undefined), whenAsked]);
      if (asked.signal.aborted) throw new AlreadyClosed("worker");
      return step;
    },
    within(graceMs) {
      asked.abort();
      const endsAt = Date.now() + graceMs;
      if (endsAt >= graceEndsAt) return;
      graceEndsAt = endsAt;
      timers.push(setTimeout(endGrace, graceMs));
      timers.push(setTimeout(() => over.abort(), graceMs + abortGraceMs + recordMs));
    },
    givenUp: aborted(over.signal),
    dispose: () => timers.forEach(clearTimeout),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}
