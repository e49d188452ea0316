import type { Registry } from "prom-client";
import { queuesOf } from "../catalog.js";
import { openJobTasks } from "../client/job-tasks.js";
import { openProducer } from "../client/producer.js";
import { AlreadyClosed, HandlersMissing } from "../errors.js";
import type { OpenServer, ServeOptions } from "../serve/serve.js";
import type { Catalog } from "../task.js";
import { bindHandlers, type HandledTask, type Handlers } from "./handler.js";
import { type Health, notReady } from "./health.js";
import type { Middleware } from "./middleware.js";
import { readWorkerOptions, type WorkerOptions, type WorkerSettings } from "./options.js";
import type { WorkerProcess } from "./worker-process.js";

/** Runs the handlers of a project. */
export interface Worker {
  /** Wraps every handler, from the next attempt on; the first added is outermost. */
  use(middleware: Middleware): Worker;
  /**
   * Resolves when jobs are being fetched; while Redis is away it waits for it. Rejects with HandlersMissing in
   * production while handlers are stubs. A worker that could not start is closed.
   */
  start(): Promise<void>;
  /**
   * Starts, and resolves when the worker has stopped: after SIGTERM, SIGINT or `close`. A second signal cuts the grace
   * short, a third ends the process. SIGTSTP suspends it and SIGCONT resumes it.
   */
  run(): Promise<void>;
  /** Fetches no further job until `resume`; those running go on. May be called before `start`. */
  suspend(): void;
  resume(): void;
  /** Whether it fetches jobs, or would if there were any; asks the store. For a probe of your own: `serve` has one. */
  health(): Promise<Health>;
  /**
   * Fetches no further job, lets those running go on for `graceMs` (default: the option `grace`), then aborts their
   * signals and puts back at the head of their queue those that have not ended. A second call can only shorten it.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

/** A worker for every queue of `catalog` that has tasks. Throws InvalidWorkerOption and UnsupportedConnection. */
export function createWorker<const C extends Catalog>(
  catalog: C,
  handlers: Handlers<C>,
  options: WorkerOptions,
): Worker {
  const queues = queuesOf(catalog);
  const settings = readWorkerOptions(options, queues);
  // Each handler takes its own task's payload, and is called with nothing else.
  const tasks = bindHandlers(catalog, handlers as Handlers<Catalog>);
  const metrics = openMetrics(settings);
  const producer = openProducer(settings.connection, settings.logger, settings.telemetry);
  const jobTasks = openJobTasks(catalog, producer, metrics);
  const middleware: Middleware[] = [];
  const stopped = deferred();
  let work: WorkerProcess | undefined;
  let opening: Promise<WorkerProcess> | undefined;
  let serving: Promise<OpenServer> | undefined;
  let isClosed = false;
  let isSuspended = false;

  const worker: Worker = {
    use(layer) {
      middleware.push(layer);
      return worker;
    },
    async start() {
      if (isClosed) throw new AlreadyClosed("worker");
      reportStubs(tasks, settings);
      opening ??= open();
      try {
        const { started } = await opening;
        // Before the store has answered, so that a probe learns what it waits for.
        serving ??= settings.serve && serveWorker(worker, settings.serve, metrics, settings);
        await serving;
        await started;
      } catch (error) {
        await worker.close({ graceMs: 0 });
        throw error;
      }
    },
    async run() {
      const stopListening = onSignals(worker, settings);
      try {
        await worker.start();
        await stopped.promise;
      } catch (error) {
        // Stopped while Redis was still away: that is a stop and no failure.
        if (!(error instanceof AlreadyClosed)) throw error;
      } finally {
        stopListening();
      }
    },
    suspend() {
      isSuspended = true;
      work?.suspend();
    },
    resume() {
      isSuspended = false;
      work?.resume();
    },
    health: async () => work?.health() ?? notReady("The worker was not started."),
    async close({ graceMs = settings.graceMs } = {}) {
      isClosed = true;
      await work?.stop(graceMs);
      await jobTasks.close();
      const server = await serving?.catch(() => undefined);
      await server?.close();
      stopped.resolve();
    },
  };
  /** Loads what runs jobs: who only enqueues imports this module too. */
  async function open(): Promise<WorkerProcess> {
    const { openWorkerProcess } = await import("./worker-process.js");
    if (isClosed) throw new AlreadyClosed("worker");
    work = openWorkerProcess(catalog, tasks, middleware, jobTasks, settings, metrics);
    if (isSuspended) work.suspend();
    return work;
  }

  return worker;
}

/** Loads prom-client only for who asks for metrics. */
function openMetrics({ metrics, serve }: WorkerSettings): Promise<Registry> | undefined {
  if (metrics !== undefined) return Promise.resolve(metrics);
  if (serve === undefined) return undefined;
  const own = import("../metrics/measure-worker.js").then(({ openRegistry }) => openRegistry());
  own.catch(() => undefined);
  return own;
}

async function serveWorker(
  { health }: Worker,
  options: ServeOptions,
  metrics: Promise<Registry> | undefined,
  { logger }: WorkerSettings,
): Promise<OpenServer> {
  const [{ serve }, { workerPages }] = await Promise.all([
    import("../serve/serve.js"),
    import("../serve/worker-pages.js"),
  ]);
  return serve(options, workerPages(health, await metrics), logger);
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function reportStubs(tasks: ReadonlyMap<string, HandledTask>, { queues, logger }: WorkerSettings): void {
  const served = queues.map(({ name }) => name);
  const stubs = [...tasks.values()]
    .filter(({ definition, handler }) => handler === undefined && served.includes(definition.queue))
    .map(({ definition }) => definition.name);
  if (stubs.length === 0) return;
  if (process.env.NODE_ENV === "production") throw new HandlersMissing(stubs);
  logger.warn({ tasks: stubs }, "handlers are still stubs: their jobs wait");
}

function onSignals(worker: Worker, { logger }: WorkerSettings): () => void {
  let received = 0;
  const stop = (signal: NodeJS.Signals) => {
    received += 1;
    logger.info({ signal }, received === 1 ? "stopping" : "stopping at once");
    if (received > 1) stopListening();
    const closed = worker.close(received === 1 ? {} : { graceMs: 0 });
    closed.catch((err: unknown) => logger.error({ err }, "stopping failed"));
  };
  const suspend = (signal: NodeJS.Signals) => {
    logger.info({ signal }, "suspended");
    worker.suspend();
  };
  const resume = (signal: NodeJS.Signals) => {
    logger.info({ signal }, "resumed");
    worker.resume();
  };
  const listeners = { SIGTERM: stop, SIGINT: stop, SIGTSTP: suspend, SIGCONT: resume };
  const signals = Object.entries(listeners);
  const stopListening = () => {
    for (const [signal, listener] of signals) process.off(signal, listener);
  };
  for (const [signal, listener] of signals) process.on(signal, listener);
  return stopListening;
}
