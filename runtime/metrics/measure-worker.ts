import { collectDefaultMetrics, Registry } from "prom-client";
import type { Catalog } from "../task.js";
import { metricsIn } from "./metric-set.js";
import { type SampledWorker, sampleWorker } from "./sample-worker.js";
import { openWorkerMeter, type WorkerMeter } from "./worker-meter.js";

/** Counts, measures and samples `worker` into `registry`. `stop` ends the sampling; the counts stay. */
export function measureWorker(
  registry: Registry,
  catalog: Catalog,
  worker: SampledWorker,
): WorkerMeter & { readonly stop: () => void } {
  const meter = openWorkerMeter(registry, catalog, worker.served);
  return { ...meter, stop: metricsIn(registry).addSource((gauges) => sampleWorker(worker, gauges)) };
}

/** A registry for a process whose user has none: it also holds what prom-client tells of Node itself. */
export function openRegistry(): Registry {
  const register = new Registry();
  collectDefaultMetrics({ register });
  return register;
}
