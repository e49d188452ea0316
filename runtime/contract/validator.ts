import type { Validator, ValidatorError } from "../task.js";

/**
 * What generated code says of a schema: adds to `faults` what is wrong with `value`, which stands at the JSON pointer
 * `at`. With `seen` it also tells which properties of the value the schema has looked at, for `unevaluatedProperties`.
 */
// biome-ignore lint/suspicious/noExplicitAny: the value has no type before it was checked.
export type Check = (value: any, at: string, faults: ValidatorError[], seen?: Set<string>) => void;

/** A check as the rest of the runtime calls it: a predicate that leaves its findings on itself. */
export function validator(check: Check): Validator {
  const validate: Validator = (value) => {
    const faults: ValidatorError[] = [];
    check(value, "", faults);
    validate.errors = faults.length === 0 ? null : faults;
    return faults.length === 0;
  };
  return validate;
}

/** Adds one finding. Its sentence is made when somebody reads it. */
export function fault(faults: ValidatorError[], at: string, keyword: string, params: ValidatorError["params"]): void {
  faults.push({ instancePath: at, keyword, params });
}

/** `type`. */
export function wrongType(faults: ValidatorError[], at: string, type: string | readonly string[]): void {
  fault(faults, at, "type", { type });
}

/** `required`, of one property. */
export function missing(faults: ValidatorError[], at: string, missingProperty: string): void {
  fault(faults, at, "required", { missingProperty });
}

/** `additionalProperties: false`, of one property. */
export function unexpected(faults: ValidatorError[], at: string, additionalProperty: string): void {
  fault(faults, at, "additionalProperties", { additionalProperty });
}

/** Whether the value has no fault. */
export function fits(check: Check, value: unknown, seen?: Set<string>): boolean {
  const faults: ValidatorError[] = [];
  check(value, "", faults, seen);
  return faults.length === 0;
}

/** `anyOf`. The faults of every branch are told where none fits. */
export function anyOf(
  value: unknown,
  at: string,
  faults: ValidatorError[],
  branches: readonly Check[],
  seen?: Set<string>,
): void {
  const before = faults.length;
  if (fitting(value, at, faults, branches, seen, seen === undefined ? 1 : branches.length).length > 0) {
    faults.length = before;
  } else fault(faults, at, "anyOf", {});
}

/** `oneOf`. The faults of every branch are told where none fits, and which fit where several do. */
export function oneOf(
  value: unknown,
  at: string,
  faults: ValidatorError[],
  branches: readonly Check[],
  seen?: Set<string>,
): void {
  const before = faults.length;
  const passing = fitting(value, at, faults, branches, seen, 2);
  if (passing.length === 1) faults.length = before;
  else fault(faults, at, "oneOf", { passingSchemas: passing.length === 0 ? null : passing });
}

/** The places of the branches that fit, up to `most` of them. */
function fitting(
  value: unknown,
  at: string,
  faults: ValidatorError[],
  branches: readonly Check[],
  seen: Set<string> | undefined,
  most: number,
): number[] {
  const passing: number[] = [];
  for (let index = 0; index < branches.length && passing.length < most; index += 1) {
    const before = faults.length;
    const seenHere = seen && new Set<string>();
    branches[index]?.(value, at, faults, seenHere);
    if (faults.length > before) continue;
    passing.push(index);
    for (const name of seenHere ?? []) seen?.add(name);
  }
  return passing;
}

/** `if`, `then` and `else`. */
export function conditional(
  value: unknown,
  at: string,
  faults: ValidatorError[],
  branches: { readonly if: Check; readonly then?: Check; readonly else?: Check },
  seen?: Set<string>,
): void {
  const before = faults.length;
  const seenHere = seen && new Set<string>();
  const clause = fits(branches.if, value, seenHere) ? "then" : "else";
  if (clause === "then") for (const name of seenHere ?? []) seen?.add(name);
  branches[clause]?.(value, at, faults, seen);
  if (faults.length > before) fault(faults, at, "if", { failingKeyword: clause });
}

/** `contains`, with at least `min` and at most `max` items that fit. */
export function contains(
  items: readonly unknown[],
  at: string,
  faults: ValidatorError[],
  check: Check,
  min: number,
  max?: number,
): void {
  const before = faults.length;
  let count = 0;
  for (const [index, item] of items.entries()) {
    const beforeItem = faults.length;
    check(item, `${at}/${index}`, faults);
    if (faults.length === beforeItem) count += 1;
    if (max === undefined && count === min) break;
  }
  if (count >= min && (max === undefined || count <= max)) faults.length = before;
  else fault(faults, at, "contains", max === undefined ? { minContains: min } : { minContains: min, maxContains: max });
}

/** `propertyNames`, for one name. */
export function propertyName(name: string, at: string, faults: ValidatorError[], check: Check): void {
  const before = faults.length;
  check(name, at, faults);
  if (faults.length > before) fault(faults, at, "propertyNames", { propertyName: name });
}
