/**
 * The catalog of a project as data: `generated/manifest.json`, imported or read. Durations are in milliseconds.
 *
 * Schemas are JSON Schema 2020-12; a `$ref` such as `#/schemas/savings.Kobo` points into `schemas`.
 */
export interface Manifest {
  readonly manifestVersion: number;
  readonly queues: Readonly<Record<string, ManifestQueue>>;
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  readonly tasks: readonly ManifestTask[];
}

/** A queue of the manifest. */
export interface ManifestQueue {
  readonly description?: string | undefined;
  readonly weight: number;
  readonly concurrency?: number | undefined;
  readonly rateLimit?: { readonly max: number; readonly perMs: number } | undefined;
}

/** A task of the manifest. */
export interface ManifestTask {
  /** Wire name, `<workflow>:<task>`. */
  readonly name: string;
  readonly workflow: string;
  readonly task: string;
  /** Where its client is: `savings.processContribution`. */
  readonly client: string;
  readonly source: string;
  readonly handler: string;
  readonly description?: string | undefined;
  readonly owner?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly deprecated?: string | boolean | undefined;
  readonly version: number;
  readonly queue: string;
  readonly retries: number;
  readonly timeoutMs: number;
  readonly deadlineMs?: number | undefined;
  readonly delayMs: number;
  readonly priority: string;
  readonly unique?: { readonly by: readonly string[]; readonly forMs?: number | undefined } | undefined;
  readonly idempotency?: { readonly key: readonly string[] } | undefined;
  readonly schedules: readonly ManifestSchedule[];
  readonly payload?: JsonSchema | undefined;
  readonly result?: JsonSchema | undefined;
}

/** A schedule of a task of the manifest. */
export interface ManifestSchedule {
  readonly name: string;
  readonly cron: string;
  readonly timezone: string;
  readonly payload?: unknown;
}

/** A schema as data: an object of keywords, or `true` or `false`. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown };

/** The schema that a `$ref` of the manifest points to; undefined when there is none. */
export function resolveReference(manifest: Pick<Manifest, "schemas">, ref: unknown): JsonSchema | undefined {
  const prefix = "#/schemas/";
  if (typeof ref !== "string" || !ref.startsWith(prefix)) return undefined;
  const name = ref.slice(prefix.length).replaceAll("~1", "/").replaceAll("~0", "~");
  return Object.hasOwn(manifest.schemas, name) ? manifest.schemas[name] : undefined;
}
