import type { Validator, ValidatorError } from "../task.js";

/** Findings that only say that a closed object has a field more. */
export const unknownFieldKeywords: ReadonlySet<string> = new Set(["additionalProperties", "unevaluatedProperties"]);

/**
 * Whether `data` fits once the fields are left out that its schema doesn't know. `data` itself stays as it is.
 *
 * Under `oneOf` and `anyOf` a validator finds fault with every branch, and what one branch calls unknown another may
 * know. So those fields go that most branches call unknown, unless anything else is wrong with their values, and what
 * remains is checked as strictly as ever: nothing is accepted that would not have been without those fields.
 */
export function fitsWithoutUnknownFields(validate: Validator, data: unknown): boolean {
  const copy = structuredClone(data);
  for (let round = 0; round < mostRounds; round += 1) {
    if (validate(copy)) return true;
    const fields = unknownFields(validate.errors ?? []);
    if (fields.length === 0) return false;
    for (const { pointer, name } of fields) remove(copy, pointer, name);
  }
  return false;
}

/** Each takes one field at least from some object: this is the depth of unions in unions, and then some. */
const mostRounds = 20;

interface Field {
  /** Of the object that has it. */
  readonly pointer: string;
  readonly name: string;
}

function unknownFields(errors: readonly ValidatorError[]): readonly Field[] {
  const counted = new Map<string, Field & { count: number }>();
  for (const { keyword, instancePath: pointer, params } of errors) {
    if (!unknownFieldKeywords.has(keyword)) continue;
    const name = String(params.additionalProperty ?? params.unevaluatedProperty);
    const place = pointerOf({ pointer, name });
    counted.set(place, { pointer, name, count: (counted.get(place)?.count ?? 0) + 1 });
  }
  const fields = [...counted.values()].filter((field) => !isWrongItself(field, errors));
  const most = new Map<string, number>();
  for (const { pointer, count } of fields) most.set(pointer, Math.max(count, most.get(pointer) ?? 0));
  return fields.filter(({ pointer, count }) => count === most.get(pointer));
}

/** Some branch knows the field, and its value doesn't fit: without it the fault would go unseen. */
function isWrongItself(field: Field, errors: readonly ValidatorError[]): boolean {
  const place = pointerOf(field);
  return errors.some(
    ({ keyword, instancePath }) =>
      !unknownFieldKeywords.has(keyword) && (instancePath === place || instancePath.startsWith(`${place}/`)),
  );
}

function pointerOf({ pointer, name }: Field): string {
  return `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

function remove(from: unknown, pointer: string, name: string): void {
  const steps = pointer.split("/").slice(1);
  const owner = steps.reduce<unknown>((value, step) => memberOf(value, step), from);
  if (typeof owner === "object" && owner !== null) delete (owner as Record<string, unknown>)[name];
}

function memberOf(value: unknown, step: string): unknown {
  const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
