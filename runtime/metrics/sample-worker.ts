import type { QueueOfTasks } from "../catalog.js";
import type { Backlog } from "../store/backlog.js";
import type { Store } from "../store/store.js";
import { planSchedules } from "../upkeep/planned-schedules.js";
import type { Backlogs } from "../worker/backlogs.js";
import type { Health } from "../worker/health.js";
import { listWorkers } from "../worker/presence.js";
import type { RunningAttempts } from "../worker/running-attempts.js";
import type { SampledMetrics } from "./metric-set.js";

/** What a scrape asks of one worker. */
export interface SampledWorker {
  readonly store: Store;
  /** Every queue of the project. */
  readonly queues: readonly QueueOfTasks[];
  /** Those that this worker serves. */
  readonly served: readonly string[];
  readonly concurrency: number;
  readonly backlogs: Backlogs;
  readonly running: RunningAttempts;
  readonly stuck: () => readonly string[];
  readonly health: () => Promise<Health>;
}

/** Sets the gauges to what is so now. With the store away those that it would tell are left out. See SampleWorker. */
export async function sampleWorker(
  worker: SampledWorker,
  gauges: SampledMetrics,
): Promise<{ readonly isReady: boolean }> {
  samplePool(worker, gauges);
  const [{ isReady }] = await Promise.all([worker.health(), sampleStore(worker, gauges)]);
  return { isReady };
}

function samplePool({ served, concurrency, running, stuck }: SampledWorker, { pool }: SampledMetrics): void {
  pool.slots.inc(concurrency);
  const jobs = running.list();
  for (const queue of served) {
    pool.running.inc({ queue }, jobs.filter((job) => job.queue === queue).length);
    pool.abandoned.inc({ queue }, running.abandonedIn(queue));
    // What another worker of this registry has said of the queue stays.
    if (stuck().includes(queue)) pool.stuck.set({ queue }, 1);
    else pool.stuck.inc({ queue }, 0);
  }
}

async function sampleStore(worker: SampledWorker, { store: gauges }: SampledMetrics): Promise<void> {
  const { queues, backlogs, store } = worker;
  try {
    const found = await backlogs.read();
    const lagsOfAll = queues.map((queue) => lagsOf(queue, store));
    const [workers, lags] = await Promise.all([listWorkers(store), Promise.all(lagsOfAll)]);
    for (const [queue, backlog] of found) setBacklog(queue, backlog, gauges);
    const names = new Set(queues.map(({ name }) => name));
    for (const state of ["fetching", "suspended", "stopping"] as const) {
      const inState = workers.filter((each) => each.state === state && each.queues.some(({ name }) => names.has(name)));
      gauges.workers.set({ state }, inState.length);
    }
    for (const { lagMs, ...labels } of lags.flat()) gauges.scheduleLag.set(labels, lagMs / 1_000);
    gauges.storeUp.set(1);
  } catch {
    // The store tells of its outage itself, once; a scrape a few seconds later asks again.
    gauges.storeUp.set(0);
  }
}

function setBacklog(queue: string, backlog: Backlog, gauges: SampledMetrics["store"]): void {
  for (const state of ["waiting", "active", "delayed", "completed", "dead"] as const) {
    gauges.jobs.set({ queue, state }, backlog[state]);
  }
  gauges.paused.set({ queue }, backlog.isPaused ? 1 : 0);
  const { oldestDueAt } = backlog;
  gauges.oldest.set({ queue }, oldestDueAt === undefined ? 0 : Math.max(0, Date.now() - oldestDueAt) / 1_000);
}

/** Of those that are declared: others may be many. */
async function lagsOf({ name: queue, tasks }: QueueOfTasks, { nextRuns }: Store) {
  const schedules = planSchedules(tasks);
  const next = await nextRuns(
    queue,
    schedules.map(({ id }) => id),
  );
  return schedules.map(({ id, name: task }, n) => {
    const schedule = id.slice(id.lastIndexOf(":") + 1);
    return { task, queue, schedule, lagMs: Math.max(0, Date.now() - (next[n] ?? Number.POSITIVE_INFINITY)) };
  });
}
