import type { Issue } from "../errors.js";
import type { TaskDefinition, Validator } from "../task.js";
import { jsonImage } from "./json-image.js";
import { sentenceOf } from "./sentences.js";
import { fitsWithoutUnknownFields, unknownFieldKeywords } from "./unknown-fields.js";

/** A value that fits its contract, as JSON carries it, or everything that is wrong with it. */
export type Checked =
  | { readonly valid: true; readonly value: unknown }
  | { readonly valid: false; readonly issues: readonly Issue[] };

/**
 * The payload to store for `task`, checked strictly.
 *
 * The value that comes back is a copy: the caller's own is never changed, not even by defaults. A task without
 * payload stores `{}`, which is what BullMQ itself makes of no data.
 */
export function checkPayload(task: TaskDefinition, payload: unknown): Checked {
  if (task.payload !== undefined) return checkStrictly(task.payload, payload);
  if (payload === undefined) return { valid: true, value: {} };
  return invalid({ pointer: "", message: "must be left out: the task takes no payload", keyword: "not", params: {} });
}

/**
 * The payload of a job that arrived, checked tolerantly: a newer producer may send fields that this worker doesn't
 * know yet, and they are left in place.
 *
 * Defaults of the contract are filled into `data` itself.
 */
export function readPayload(task: TaskDefinition, data: unknown): Checked {
  if (task.payload === undefined) return { valid: true, value: undefined };
  const all = findings(task.payload, data);
  const issues = all.filter(({ keyword }) => !unknownFieldKeywords.has(keyword));
  const isTolerable = issues.length < all.length && fitsWithoutUnknownFields(task.payload, data);
  return issues.length === 0 || isTolerable ? { valid: true, value: data } : { valid: false, issues };
}

/** The result to store for `task`. What a task without declared result returns is dropped. */
export function checkResult(task: TaskDefinition, result: unknown): Checked {
  return task.result === undefined ? { valid: true, value: undefined } : checkStrictly(task.result, result);
}

function checkStrictly(validate: Validator, value: unknown): Checked {
  try {
    const image = jsonImage(value);
    if (!image.valid) return image;
    const issues = findings(validate, image.value);
    return issues.length === 0 ? image : { valid: false, issues };
  } catch (error) {
    // A property that throws when it is read, for one: whatever it is, nothing that fits its contract.
    const found = error instanceof Error ? error.message : "an error that is none";
    return invalid({ pointer: "", message: `cannot be checked: ${found}`, keyword: "json", params: { found } });
  }
}

function findings(validate: Validator, value: unknown): readonly Issue[] {
  if (validate(value)) return [];
  const errors = validate.errors ?? [];
  if (errors.length === 0) return [{ pointer: "", message: "does not fit the schema", keyword: "", params: {} }];
  return errors.map(({ instancePath, message, keyword, params }) => ({
    pointer: instancePath,
    message: withDetail(message ?? sentenceOf(keyword, params), params),
    keyword,
    params,
  }));
}

/** The sentence says that a property is too much, but not which. */
function withDetail(message: string, params: Readonly<Record<string, unknown>>): string {
  const extra = params.additionalProperty ?? params.unevaluatedProperty;
  return extra === undefined ? message : `${message}: \`${String(extra)}\``;
}

function invalid(issue: Issue): Checked {
  return { valid: false, issues: [issue] };
}
