import type { Catalog, CatalogIdempotency, CatalogTask, CatalogWorkflow } from "../catalog.js";
import type { Json } from "../json.js";
import { memoizePerWorkflow } from "../memoize-per-workflow.js";
import { renameReferences } from "../references.js";
import type { PlannedFile } from "./emit-plan.js";
import { handlerPath, type Layout } from "./layout.js";
import { queuesInUse } from "./plan-project.js";

/** `manifest.json`: the whole catalog as data, for the CLI, the dashboard and other languages. Durations in ms. */
export function planManifest(catalog: Catalog, layout: Layout): PlannedFile {
  return {
    kind: "json",
    path: `${layout.generated}/manifest.json`,
    value: {
      manifestVersion: 1,
      queues: Object.fromEntries(
        queuesInUse(catalog).map(({ name, description, weight, concurrency, rateLimit }) => [
          name,
          defined({
            description,
            weight,
            concurrency,
            rateLimit: rateLimit && { max: rateLimit.max, perMs: rateLimit.perMs },
          }),
        ]),
      ),
      schemas: Object.fromEntries(catalog.workflows.flatMap((workflow) => entriesOf(workflow, catalog).schemas)),
      tasks: catalog.workflows.flatMap((workflow) => entriesOf(workflow, catalog).tasks),
    },
  };
}

const entriesOf = memoizePerWorkflow((workflow, catalog) => ({
  schemas: workflow.schemas.map((shared): [string, Json] => [
    `${workflow.name.value}.${shared.name.value}`,
    bundled(shared.schema.value, workflow, catalog),
  ]),
  tasks: workflow.tasks.map((task) => taskEntry(task, workflow, catalog)),
}));

function taskEntry(task: CatalogTask, workflow: CatalogWorkflow, catalog: Catalog): Json {
  const { completed, failed } = task.retention;
  const { type, delayMs, maxMs, exponent, jitter } = task.backoff;
  return defined({
    name: task.wireName,
    workflow: workflow.name.value,
    task: task.name.value,
    client: `${workflow.names.camel}.${task.names.camel}`,
    source: `${workflow.file}#/tasks/${task.name.value}`,
    handler: handlerPath(workflow, task),
    description: task.description,
    owner: task.owner,
    tags: task.tags.length === 0 ? undefined : task.tags,
    deprecated: task.deprecated === "" ? true : task.deprecated,
    version: task.version,
    queue: task.queue.value,
    retries: task.retries,
    backoff: defined({ type, delayMs, exponent: type === "polynomial" ? exponent : undefined, maxMs, jitter }),
    timeoutMs: task.timeoutMs.value,
    deadlineMs: task.deadlineMs?.value,
    delayMs: task.delayMs,
    priority: task.priority,
    retention: {
      completed: { ageMs: completed.ageMs, count: completed.count },
      failed: { ageMs: failed.ageMs, count: failed.count },
    },
    unique: task.unique && defined({ by: task.unique.by.map(({ value }) => value), forMs: task.unique.forMs?.value }),
    idempotency: task.idempotency && idempotencyEntry(task.idempotency),
    schedules: task.schedules.map(({ name, cron, timezone, missed, overlap, payload }) =>
      defined({
        name: name.value,
        cron: cron.value,
        timezone: timezone.value,
        missed,
        overlap,
        payload: payload?.value,
      }),
    ),
    payload: task.payload && bundled(task.payload.value, workflow, catalog),
    result: task.result && bundled(task.result.value, workflow, catalog),
  });
}

function idempotencyEntry(idempotency: CatalogIdempotency): Json {
  const { key, ttlMs, leaseMs, onDuplicate, onUncertain, fingerprint } = idempotency;
  return defined({
    key: key.map(({ value }) => value),
    ttlMs: ttlMs.value,
    leaseMs: leaseMs.value,
    onDuplicate: onDuplicate.value,
    onUncertain,
    fingerprint: fingerprint?.map(({ value }) => value),
  });
}

/** References point into the manifest itself: `#/schemas/savings.Kobo`. */
function bundled(schema: Json, workflow: CatalogWorkflow, catalog: Catalog): Json {
  return renameReferences(
    schema,
    workflow,
    catalog,
    (owner, shared) => `#/schemas/${owner.name.value}.${shared.name.value}`,
  );
}

function defined(members: { readonly [name: string]: Json | undefined }): Json {
  return Object.fromEntries(Object.entries(members).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}
