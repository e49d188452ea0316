/** A metric as it is exposed and documented. */
export interface MetricDefinition {
  readonly kind: "counter" | "gauge" | "histogram";
  /** By Prometheus' conventions: a unit, and `_total` for a counter. */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Of a histogram, in seconds. */
  readonly buckets?: readonly number[];
}

const ofTask = ["task", "queue"] as const;

const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];
const waitBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 21_600];

/** What clients count: those of `createTasks`, and those that handlers enqueue with. */
export const clientMetrics = {
  enqueued: counter("jobs_enqueued_total", "Jobs that were added to their queue.", ofTask),
  deduplicated: counter("jobs_deduplicated_total", "Jobs that were not added: another stands for them.", ofTask),
  invalid: counter("jobs_invalid_total", "Calls that added nothing: a payload does not fit its contract.", ofTask),
  refused: counter("enqueue_failures_total", "Calls that added nothing for another `reason`.", [...ofTask, "reason"]),
} as const satisfies Record<string, MetricDefinition>;

/** What workers count and measure as they run jobs. */
export const attemptMetrics = {
  started: counter("jobs_started_total", "Attempts whose handler was called.", ofTask),
  completed: counter(
    "jobs_completed_total",
    "Jobs that completed: their handler succeeded, or had done so before for their key.",
    ofTask,
  ),
  failed: counter("jobs_failed_total", "Attempts that failed, by `reason`.", [...ofTask, "reason"]),
  retried: counter("jobs_retried_total", "Failed attempts after which the job is tried again.", ofTask),
  dead: counter("jobs_dead_total", "Jobs that went to the dead letter.", ofTask),
  postponed: counter("jobs_postponed_total", "Times a job was left to another worker, by `reason`.", [
    ...ofTask,
    "reason",
  ]),
  skipped: counter("schedule_skips_total", "Ticks of schedules left out as declared, by `reason`: missed, overlap.", [
    ...ofTask,
    "reason",
  ]),
  keys: counter(
    "idempotency_events_total",
    "What attempts found at their idempotency keys, and leases lost, by `event`.",
    [...ofTask, "event"],
  ),
  recovered: counter("jobs_recovered_total", "Jobs taken back from a worker that died or lost touch.", ["queue"]),
  renewals: counter("lock_renewals_total", "Locks of running jobs: renewed, lost, or not to be renewed now.", [
    "queue",
    "outcome",
  ]),
  duration: {
    kind: "histogram",
    name: "taskwright_job_duration_seconds",
    help: "From the start of an attempt to its recorded end.",
    labels: ofTask,
    buckets: durationBuckets,
  },
  wait: {
    kind: "histogram",
    name: "taskwright_job_wait_seconds",
    help: "From the time a job was due to its first start.",
    labels: ofTask,
    buckets: waitBuckets,
  },
} as const satisfies Record<string, MetricDefinition>;

/** What one worker says of itself at a scrape. */
export const poolMetrics = {
  slots: gauge("pool_slots", "Jobs that this worker may run at once.", []),
  running: gauge("pool_running", "Jobs that this worker runs now.", ["queue"]),
  abandoned: gauge("abandoned_handlers", "Handlers that ignored their signal and run on, beyond the slots.", ["queue"]),
  ready: gauge("worker_ready", "1: this worker fetches jobs, or would if there were any.", []),
  stuck: gauge("worker_stuck", "1: jobs wait and slots are free, yet this worker takes none.", ["queue"]),
} as const satisfies Record<string, MetricDefinition>;

/** What a scrape asks the store; every worker of a project answers the same. */
export const storeMetrics = {
  storeUp: gauge("store_up", "1: the store has answered; 0: those below are left out.", []),
  jobs: gauge("queue_jobs", "Jobs in a queue, by `state`: waiting, active, delayed, completed, dead.", [
    "queue",
    "state",
  ]),
  paused: gauge("queue_paused", "1: the queue is paused.", ["queue"]),
  oldest: gauge("queue_oldest_waiting_seconds", "How long the job that waits longest has been due; 0: none waits.", [
    "queue",
  ]),
  workers: gauge("workers", "Workers that serve a queue of this project, by `state`: fetching, suspended, stopping.", [
    "state",
  ]),
  scheduleLag: gauge("schedule_lag_seconds", "By how much the next run of a schedule is overdue.", [
    ...ofTask,
    "schedule",
  ]),
} as const satisfies Record<string, MetricDefinition>;

/** All of them, in the order of the documentation. */
export const allMetrics: readonly MetricDefinition[] = [
  ...Object.values<MetricDefinition>(clientMetrics),
  ...Object.values<MetricDefinition>(attemptMetrics),
  ...Object.values<MetricDefinition>(poolMetrics),
  ...Object.values<MetricDefinition>(storeMetrics),
];

function counter<const L extends readonly string[]>(name: string, help: string, labels: L) {
  return { kind: "counter", name: `taskwright_${name}`, help, labels } as const;
}

function gauge<const L extends readonly string[]>(name: string, help: string, labels: L) {
  return { kind: "gauge", name: `taskwright_${name}`, help, labels } as const;
}
