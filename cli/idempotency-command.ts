import picocolors from "picocolors";
import { visible } from "../codegen/report/visible.js";
import type { IdempotencyRecord, Manifest, ManifestTask } from "../runtime/operate/index.js";
import { resolveReference } from "../runtime/operate/manifest.js";
import { confirm } from "./ask.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import { type OperateOptions, operate } from "./operate-project.js";
import { timeOf } from "./time-words.js";
import { requireKnown, UsageError } from "./usage-error.js";

export interface EffectOptions extends OperateOptions {
  /** Wire name. */
  readonly task: string;
  /** As it stands on the command line. */
  readonly key: string;
}

export interface ClearOptions extends EffectOptions {
  readonly reason: string;
  readonly yes: boolean;
}

/** `taskwright idempotency show`: what is remembered of one effect. */
export function showEffect(options: EffectOptions): Promise<ExitCode> {
  return operate(options, async (operations) => {
    const fields = readKey(options, operations.manifest);
    const record = await operations.effect(options.task, fields);
    if (record === undefined) return tellUnknown(options);
    if (options.json) console.log(JSON.stringify(record, null, 2));
    else for (const line of describe(record)) console.log(line);
    return exitCodes.fine;
  });
}

/** `taskwright idempotency clear`: the next job with the key runs. */
export function clearEffect(options: ClearOptions): Promise<ExitCode> {
  const { task, reason, yes, json } = options;
  if (reason.trim() === "") throw new UsageError("say what you have found out: --reason expects a sentence.");
  return operate(options, async (operations) => {
    const fields = readKey(options, operations.manifest);
    const before = await operations.effect(task, fields);
    if (before === undefined) return tellUnknown(options);
    if (before.state === "running") return tellRunning(before);
    const question = `${visible(before.key)} is ${wordsOf(before)}. ${consequences[before.state]} Clear it?`;
    if (!(await confirm(question, yes, "say --yes to clear it"))) return exitCodes.fine;
    const cleared = await operations.clearEffect(task, fields, reason);
    if (cleared === "unknown") return tellUnknown(options);
    // Somebody may have begun it since the question.
    if (cleared === "running") return tellRunning((await operations.effect(task, fields)) ?? before);
    if (json) console.log(JSON.stringify({ cleared: before.key, reason, before }, null, 2));
    else {
      console.log(`Cleared ${visible(before.key)}: the next job with it runs.`);
      if (before.state === "uncertain") console.log(`The job that was parked is ${visible(before.jobId)}.`);
    }
    return exitCodes.fine;
  });
}

/** The fields of the key that `text` names. Throws a UsageError that says how to write it. */
function readKey({ task: name, key: text }: EffectOptions, manifest: Manifest): Readonly<Record<string, unknown>> {
  const names = manifest.tasks.map((each) => each.name);
  requireKnown("task", name, names);
  const task = manifest.tasks.find((each) => each.name === name);
  const key = task?.idempotency?.key;
  if (task === undefined || key === undefined) {
    throw new UsageError(`${name} declares no \`idempotency\`, so nothing is remembered of its effects.`);
  }
  const written = text.startsWith(`${name}:`) ? text.slice(name.length + 1) : text;
  const fields = objectIn(written) ?? loneField(task, key, written, manifest);
  const missing = key.filter((field) => fields === undefined || !Object.hasOwn(fields, field));
  if (fields !== undefined && missing.length === 0) return fields;
  const example = JSON.stringify(Object.fromEntries(key.map((field) => [field, "…"])));
  throw new UsageError(
    written.startsWith("sha256-")
      ? `that key is told as a hash, which says nothing of its values: write them as JSON, ${example}.`
      : `the key of ${name} has ${missing.join(" and ")}: write it as JSON, ${example}.`,
  );
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = jsonIn(text);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
}

/** `PAY-17` for `{"reference":"PAY-17"}`; a number where the schema has one. */
function loneField(task: ManifestTask, key: readonly string[], text: string, manifest: Manifest) {
  const [field] = key;
  if (field === undefined || key.length > 1 || text.startsWith("sha256-")) return undefined;
  const isText = typesOf(task, field, manifest).includes("string");
  return { [field]: isText ? text : (jsonIn(text) ?? text) };
}

function typesOf({ payload }: ManifestTask, field: string, manifest: Manifest): readonly unknown[] {
  const root = resolved(payload, manifest);
  const { type = "string" } = resolved((root.properties as Record<string, unknown> | undefined)?.[field], manifest);
  return Array.isArray(type) ? type : [type];
}

function resolved(schema: unknown, manifest: Manifest): Readonly<Record<string, unknown>> {
  const own = typeof schema === "object" && schema !== null ? (schema as Readonly<Record<string, unknown>>) : {};
  const target = resolveReference(manifest, own.$ref);
  return target === undefined ? own : resolved(target, manifest);
}

/** Undefined where it is none. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function tellUnknown({ task, key }: EffectOptions): ExitCode {
  console.error(
    `taskwright: nothing is remembered of ${visible(key)} of ${task}: no attempt at it has begun, or it is forgotten.`,
  );
  return exitCodes.fault;
}

function tellRunning({ key, jobId, leasedUntil }: IdempotencyRecord): ExitCode {
  const until = leasedUntil === undefined ? "" : ` until ${timeOf(leasedUntil.getTime())} UTC, unless it renews it`;
  console.error(
    `taskwright: job ${visible(jobId)} is at ${visible(key)} and has its key${until}. Wait for its end, or cancel it.`,
  );
  return exitCodes.fault;
}

const consequences = {
  done: "Cleared, the next job with it has the effect again.",
  uncertain: "Cleared, the next job with it has the effect, a second time if the first attempt had it.",
  free: "The next job with it runs as it is.",
} as const;

function wordsOf({ state, jobId }: IdempotencyRecord): string {
  const job = `job ${visible(jobId)}`;
  switch (state) {
    case "done":
      return `done by ${job}`;
    case "running":
      return `running in ${job}`;
    case "uncertain":
      return `uncertain: ${job} began it and never told its end`;
    case "free":
      return `free: ${job} failed, or somebody cleared it`;
  }
}

function describe(record: IdempotencyRecord): string[] {
  const { key, state, jobId, fence, leasedUntil, changedAt, expiresAt, result, clearedBecause } = record;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["job", jobId],
    ["since", `${timeOf(changedAt.getTime())} UTC`],
    ["lease", leasedUntil && `until ${timeOf(leasedUntil.getTime())} UTC, unless it is renewed`],
    ["fence", String(fence)],
    ["kept", `until ${timeOf(expiresAt.getTime())} UTC`],
    ["cleared", clearedBecause],
    ["result", result === undefined ? undefined : JSON.stringify(result)],
  ];
  return [
    `${picocolors.bold(visible(key))}  ${paintState[state](state)}`,
    ...facts.flatMap(([name, value]) =>
      value === undefined ? [] : [`  ${picocolors.dim(name.padEnd(8))} ${visible(value)}`],
    ),
  ];
}

const paintState = {
  done: picocolors.green,
  running: picocolors.cyan,
  uncertain: picocolors.red,
  free: picocolors.dim,
} as const;
