import type { Catalog, CatalogIdempotency, CatalogQueue, CatalogTask, CatalogWorkflow } from "../catalog.js";
import type { Json } from "../json.js";
import { memoizePerWorkflow } from "../memoize-per-workflow.js";
import { printItems, printMembers } from "../print-json.js";
import { renameReferences } from "../references.js";
import type { PlannedFile } from "./emit-plan.js";
import { handlerPath, type Layout } from "./layout.js";
import { queuesInUse } from "./plan-project.js";

/** `manifest.json`: the whole catalog as data, for the CLI, the dashboard and other languages. Durations in ms. */
export function planManifest(catalog: Catalog, layout: Layout): PlannedFile {
  const pieces = catalog.workflows.map((workflow) => manifestPieces(workflow, catalog));
  return {
    kind: "json",
    path: `${layout.generated}/manifest.json`,
    document: {
      kind: "object",
      members: [
        ["manifestVersion", { kind: "value", value: 1 }],
        ["queues", { kind: "value", value: Object.fromEntries(queuesInUse(catalog).map(queueEntry)) }],
        ["schemas", { kind: "pieces", brackets: "{}", pieces: pieces.map(({ schemas }) => schemas) }],
        ["tasks", { kind: "pieces", brackets: "[]", pieces: pieces.map(({ tasks }) => tasks) }],
      ],
    },
  };
}

/** What the manifest holds of one workflow, as text. */
export const manifestPieces = memoizePerWorkflow((workflow, catalog) => ({
  schemas: printMembers(
    workflow.schemas.map((shared): [string, Json] => [
      `${workflow.name.value}.${shared.name.value}`,
      bundled(shared.schema.value, workflow, catalog),
    ]),
    1,
  ),
  tasks: printItems(
    workflow.tasks.map((task) => taskEntry(task, workflow, catalog)),
    1,
  ),
}));

function queueEntry({ name, description, weight, concurrency, rateLimit }: CatalogQueue): [string, Json] {
  const limit = rateLimit && { max: rateLimit.max, perMs: rateLimit.perMs };
  return [name, defined({ description, weight, concurrency, rateLimit: limit })];
}

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
