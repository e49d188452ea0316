import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobRef, Operations } from "../runtime/operate/index.js";
import { canAsk } from "./ask.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import { describeMissing, locateJob } from "./locate-job.js";
import { type OperateOptions, operate } from "./operate-project.js";
import { UsageError } from "./usage-error.js";

export interface EditOptions extends OperateOptions {
  readonly job: string;
  readonly queue?: string;
  /** The whole new payload as JSON. */
  readonly payload: string | undefined;
  /** Fields to change, `field=value`. */
  readonly set?: readonly string[];
}

/** `taskwright jobs edit`: another payload, given whole, by fields, or in the user's editor. */
export function editJob(options: EditOptions): Promise<ExitCode> {
  if (options.payload !== undefined && options.set !== undefined) {
    throw new UsageError("give the whole payload, or --set its fields, not both.");
  }
  return operate(options, async (operations) => {
    const job = await locateJob(options.job, options.queue, operations);
    if (job === undefined) {
      console.error(describeMissing([options.job], options.queue));
      return exitCodes.fault;
    }
    const payload = await newPayload(job, options, operations);
    const acted = await operations.edit(job, payload);
    if (options.json) console.log(JSON.stringify({ ...job, ...acted }, null, 2));
    else if (acted.done) console.log(`Edited ${job.queue}/${job.id}.`);
    else console.error(`taskwright: ${acted.reason}`);
    return acted.done ? exitCodes.fine : exitCodes.fault;
  });
}

async function newPayload(job: JobRef, { payload, set }: EditOptions, operations: Operations): Promise<unknown> {
  if (payload !== undefined) return parse(payload);
  const stored = await operations.payload(job);
  if (set !== undefined) return set.reduce(setField, structuredClone(stored));
  const editor = process.env.VISUAL ?? process.env.EDITOR;
  if (!canAsk() || editor === undefined) {
    throw new UsageError("give the payload as JSON, or --set field=value; in a terminal $EDITOR would open.");
  }
  return parse(editText(editor, JSON.stringify(stored, null, 2)));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`the payload is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** A value that is JSON is taken as such, any other as text: `amount=5`, `name=Ada`, `"zip"="01234"`. */
function setField(payload: unknown, field: string): unknown {
  const sign = field.indexOf("=");
  if (sign < 1) throw new UsageError(`--set is written field=value, and got ${field}.`);
  const steps = field.slice(0, sign).split(".");
  const last = steps.pop() ?? "";
  const owner = steps.reduce<unknown>((at, step) => memberOf(at, step), payload);
  if (typeof owner !== "object" || owner === null) throw new UsageError(`the payload has no place for ${field}.`);
  Object.defineProperty(owner, last, { value: read(field.slice(sign + 1)), ...plain });
  return payload;
}

/** Also for a name such as `__proto__`. */
const plain = { enumerable: true, configurable: true, writable: true };

function memberOf(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null && Object.hasOwn(of, name)
    ? (of as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The payload holds what is hidden elsewhere, so its file is the user's alone, and goes at once. */
function editText(editor: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "taskwright-edit-"));
  const path = join(folder, "payload.json");
  try {
    writeFileSync(path, `${text}\n`, { mode: 0o600 });
    const { status } = spawnSync(editor, [path], { stdio: "inherit", shell: true });
    if (status !== 0) throw new UsageError(`${editor} ended with ${status ?? "a signal"}: nothing was changed.`);
    return readFileSync(path, "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
