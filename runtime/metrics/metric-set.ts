import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { attemptMetrics, clientMetrics, type MetricDefinition, poolMetrics, storeMetrics } from "./definitions.js";

/** The metrics of one registry, for as many clients and workers as share it; each group is made when somebody first uses it. */
export interface MetricSet {
  clients(): Metrics<typeof clientMetrics>;
  attempts(): Metrics<typeof attemptMetrics>;
  /** Calls `sample` at every scrape, never before the last scrape's is over. Returns what ends that. */
  addSource(sample: SampleWorker): () => void;
}

/** Gauges that are nought, or without any value, until a scrape's sample says otherwise. */
export interface SampledMetrics {
  readonly pool: Metrics<typeof poolMetrics>;
  readonly store: Metrics<typeof storeMetrics>;
}

/** Sets gauges afresh, and says whether the worker is ready: those of one registry are so together. Never rejects. */
export type SampleWorker = (gauges: SampledMetrics) => Promise<{ readonly isReady: boolean }>;

type Metrics<Definitions extends Readonly<Record<string, MetricDefinition>>> = {
  readonly [Name in keyof Definitions]: Definitions[Name]["kind"] extends "counter"
    ? Counter
    : Definitions[Name]["kind"] extends "gauge"
      ? Gauge
      : Histogram;
};

/** The metrics in `registry`, made at its first use. */
export function metricsIn(registry: Registry): MetricSet {
  const set = sets.get(registry) ?? createSet(registry);
  sets.set(registry, set);
  return set;
}

const sets = new WeakMap<Registry, MetricSet>();

function createSet(registry: Registry): MetricSet {
  const sources = new Set<SampleWorker>();
  let sampling: Promise<void> | undefined;

  // Every gauge that a scrape reads asks for it, and all of them get the same.
  function sample(): Promise<void> {
    sampling ??= sampleAll().finally(() => {
      sampling = undefined;
    });
    return sampling;
  }

  async function sampleAll(): Promise<void> {
    const { pool, store } = sampled();
    for (const gauge of [...Object.values(pool), ...Object.values(store)]) gauge.reset();
    const told = await Promise.all([...sources].map((source) => source({ pool, store })));
    pool.ready.set(told.length > 0 && told.every(({ isReady }) => isReady) ? 1 : 0);
  }

  const sampled = once(() => ({
    pool: create(poolMetrics, registry, sample),
    store: create(storeMetrics, registry, sample),
  }));
  return {
    clients: once(() => create(clientMetrics, registry)),
    attempts: once(() => create(attemptMetrics, registry)),
    addSource(source) {
      sampled();
      sources.add(source);
      return () => sources.delete(source);
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function create<D extends Readonly<Record<string, MetricDefinition>>>(
  definitions: D,
  registry: Registry,
  collect?: () => Promise<void>,
): Metrics<D> {
  const make = ({ kind, name, help, labels, buckets = [] }: MetricDefinition) => {
    const common = { name, help, labelNames: labels, registers: [registry] };
    switch (kind) {
      case "counter":
        return new Counter(common);
      case "gauge":
        return new Gauge({ ...common, ...(collect && { collect }) });
      case "histogram":
        return new Histogram({ ...common, buckets: [...buckets] });
    }
  };
  const entries = Object.entries(definitions).map(([key, definition]) => [key, make(definition)]);
  // The mapped type follows the definitions' own keys; TypeScript cannot see that.
  return Object.fromEntries(entries) as Metrics<D>;
}
