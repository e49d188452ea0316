import type {
  Catalog,
  CatalogBackoff,
  CatalogIdempotency,
  CatalogQueue,
  CatalogSchedule,
  CatalogTask,
  CatalogUnique,
  CatalogWorkflow,
  KeptJobs,
} from "../catalog.js";
import { caseName } from "../names.js";
import type { WorkflowNode } from "../parse/parse-workflow.js";
import type {
  IdempotencySettings,
  QueueSettings,
  ScheduleSettings,
  TaskDefaults,
  TaskSettings,
  UniqueSettings,
} from "../parse/workflow-language.js";
import type { Located, Span } from "../source.js";
import { leastTtlMs, type RetriedLife } from "./retry-span.js";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** What a task has when neither it, its queue nor its file says otherwise. */
const builtIn = {
  queue: "default",
  retries: 3,
  backoff: { type: "exponential", delayMs: second, maxMs: hour, exponent: 2, jitter: 0.2 } satisfies CatalogBackoff,
  timeoutMs: 30 * minute,
  delayMs: 0,
  priority: "normal",
  timezone: "UTC",
  missed: "once",
  overlap: "allow",
  completed: { ageMs: 24 * hour, count: 1000 } satisfies KeptJobs,
  failed: { ageMs: 90 * day, count: 10_000 } satisfies KeptJobs,
  leaseMs: minute,
} as const;

/**
 * The catalog of all workflow files, with defaults applied in the order built-in < file < queue < task.
 *
 * Total: a mistake (an unknown queue, a name twice) leaves a catalog that the rules can still read and report on.
 * The order of the files has no effect.
 */
export function link(nodes: readonly WorkflowNode[]): Catalog {
  const sorted = [...nodes].sort((a, b) => (a.file < b.file ? -1 : 1));
  const withQueues = sorted.filter((node) => node.settings.queues !== undefined);
  const queueSettings = new Map<string, QueueSettings>();
  for (const node of withQueues) {
    for (const { name, value } of node.settings.queues?.entries ?? []) queueSettings.set(name, value);
  }
  return {
    queues: linkQueues(sorted),
    workflows: sorted
      .map((node) => knownWorkflow(node, withQueues) ?? remember(linkWorkflow(node, queueSettings), withQueues))
      .sort((a, b) => (a.name.value < b.name.value ? -1 : a.name.value > b.name.value ? 1 : 0)),
  };
}

/** Of each file the workflow that it gave last, and the files whose queues it was linked with. */
const linked = new WeakMap<
  WorkflowNode,
  { readonly workflow: CatalogWorkflow; readonly withQueues: readonly WorkflowNode[] }
>();

/** The same object for the same files, so that what is known of it still holds. */
function knownWorkflow(node: WorkflowNode, withQueues: readonly WorkflowNode[]): CatalogWorkflow | undefined {
  const before = linked.get(node);
  const isSame =
    before?.withQueues.length === withQueues.length && before.withQueues.every((each, n) => each === withQueues[n]);
  return isSame ? before.workflow : undefined;
}

function remember(workflow: CatalogWorkflow, withQueues: readonly WorkflowNode[]): CatalogWorkflow {
  linked.set(workflow.node, { workflow, withQueues });
  return workflow;
}

function linkQueues(nodes: readonly WorkflowNode[]): CatalogQueue[] {
  const declared = nodes.flatMap((node) =>
    (node.settings.queues?.entries ?? []).map(({ name, keySpan, value }): CatalogQueue => {
      const { rateLimit } = value;
      return {
        name,
        span: keySpan,
        isDeclared: true,
        weight: value.weight?.value ?? 1,
        ...(value.description && { description: value.description.value }),
        ...(value.concurrency && { concurrency: value.concurrency.value }),
        ...(rateLimit?.max && rateLimit.per && { rateLimit: { max: rateLimit.max.value, perMs: rateLimit.per.value } }),
      };
    }),
  );
  // The queue that tasks use when they name none exists without being declared.
  const isMissing = declared.every((queue) => queue.name !== builtIn.queue);
  const first = nodes[0];
  const implied = { name: builtIn.queue, isDeclared: false, weight: 1 };
  const all = isMissing && first ? [...declared, { ...implied, span: first.span }] : declared;
  return all.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function linkWorkflow(node: WorkflowNode, queues: ReadonlyMap<string, QueueSettings>): CatalogWorkflow {
  const { settings, file, span } = node;
  const name: Located<string> = settings.workflow ?? { value: baseName(file), span };
  return {
    name,
    names: caseName(name.value),
    file,
    node,
    ...(settings.description && { description: settings.description.value }),
    schemas: (settings.schemas?.entries ?? []).map(({ name, keySpan, value }) => ({
      name: { value: name, span: keySpan },
      schema: value,
    })),
    tasks: (settings.tasks?.entries ?? []).map((entry) =>
      linkTask({ value: entry.name, span: entry.keySpan }, entry.value, name.value, node, queues),
    ),
  };
}

function linkTask(
  name: Located<string>,
  task: TaskSettings,
  workflow: string,
  node: WorkflowNode,
  queues: ReadonlyMap<string, QueueSettings>,
): CatalogTask {
  const file = node.settings.defaults;
  const queue = task.queue ?? file?.queue ?? { value: builtIn.queue, span: name.span };
  /** From the weakest to the strongest. */
  const layers: readonly TaskDefaults[] = [file, queues.get(queue.value)?.defaults, task].filter(
    (layer) => layer !== undefined,
  );
  const deadline = strongest(layers, "deadline");
  const owner = task.owner ?? node.settings.owner;
  const life = {
    retries: strongest(layers, "retries")?.value ?? builtIn.retries,
    backoff: linkBackoff(layers),
    timeoutMs: strongest(layers, "timeout") ?? { value: builtIn.timeoutMs, span: name.span },
    retention: {
      completed: linkKeptJobs(layers, "completed"),
      failed: linkKeptJobs(layers, "failed"),
    },
  };
  return {
    ...life,
    name,
    names: caseName(name.value),
    wireName: `${workflow}:${name.value}`,
    tags: (task.tags?.items ?? []).map((tag) => tag.value),
    version: task.version?.value ?? 1,
    queue,
    delayMs: strongest(layers, "delay")?.value ?? builtIn.delayMs,
    priority: strongest(layers, "priority")?.value ?? builtIn.priority,
    schedules: linkSchedules(name.span, task, file?.timezone),
    ...(deadline && { deadlineMs: deadline }),
    ...(task.description && { description: task.description.value }),
    ...(owner && { owner: owner.value }),
    ...(task.deprecated && { deprecated: task.deprecated.value }),
    ...(task.unique && { unique: linkUnique(task.unique) }),
    ...(task.idempotency?.key && { idempotency: linkIdempotency(task.idempotency, life) }),
    ...(task.payload && { payload: task.payload }),
    ...(task.result && { result: task.result }),
  };
}

function strongest<Key extends keyof TaskDefaults>(
  layers: readonly TaskDefaults[],
  key: Key,
): TaskDefaults[Key] | undefined {
  return layers.findLast((layer) => layer[key] !== undefined)?.[key];
}

/** Key by key: a task that sets only `delay` keeps its file's `type`. */
function linkBackoff(layers: readonly TaskDefaults[]): CatalogBackoff {
  return layers.reduce<CatalogBackoff>(
    (weaker, { backoff }) => ({
      type: backoff?.type?.value ?? weaker.type,
      delayMs: backoff?.delay?.value ?? weaker.delayMs,
      maxMs: backoff?.max?.value ?? weaker.maxMs,
      exponent: backoff?.exponent?.value ?? weaker.exponent,
      jitter: backoff?.jitter?.value ?? weaker.jitter,
    }),
    builtIn.backoff,
  );
}

function linkKeptJobs(layers: readonly TaskDefaults[], ending: "completed" | "failed"): KeptJobs {
  return layers.reduce<KeptJobs>((weaker, { retention }) => {
    const kept = retention?.[ending];
    return { ageMs: kept?.age?.value ?? weaker.ageMs, count: kept?.count?.value ?? weaker.count };
  }, builtIn[ending]);
}

function linkUnique({ span, by, for: forMs, until }: UniqueSettings): CatalogUnique {
  return { span, by: by?.items ?? [], ...(forMs && { forMs }), ...(until && { until }) };
}

/**
 * A key is remembered as long as somebody may retry a job that had it, unless its author says otherwise: whatever is
 * shorter can repeat an effect, and a number of our own would be too short for some and too long for others.
 */
function linkIdempotency(settings: IdempotencySettings, life: RetriedLife): CatalogIdempotency {
  const { span, key, ttl, lease, onDuplicate, onUncertain, fingerprint } = settings;
  return {
    span,
    key: key?.items ?? [],
    ttlMs: ttl ?? { value: leastTtlMs(life), span },
    leaseMs: lease ?? { value: builtIn.leaseMs, span },
    onDuplicate: onDuplicate ?? { value: "result", span },
    onUncertain: onUncertain?.value ?? "retry",
    ...(fingerprint && { fingerprint: fingerprint.items }),
  };
}

function linkSchedules(
  taskSpan: Span,
  task: TaskSettings,
  fileTimezone: Located<string> | undefined,
): CatalogSchedule[] {
  const timezone = task.timezone ?? fileTimezone ?? { value: builtIn.timezone, span: taskSpan };
  const bare = task.cron
    ? [{ name: { value: "default", span: task.cron.span }, cron: task.cron, timezone, ...linkPolicy(task) }]
    : [];
  const named = (task.schedules?.entries ?? []).flatMap(({ name, keySpan, value }) =>
    value.cron === undefined
      ? []
      : [
          {
            name: { value: name, span: keySpan },
            cron: value.cron,
            timezone: value.timezone ?? timezone,
            ...linkPolicy(value),
            ...(value.payload && { payload: value.payload }),
          },
        ],
  );
  return [...bare, ...named];
}

function linkPolicy({ missed, overlap }: Pick<ScheduleSettings, "missed" | "overlap">) {
  return { missed: missed?.value ?? builtIn.missed, overlap: overlap?.value ?? builtIn.overlap };
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1).replace(/\.ya?ml$/, "");
}
