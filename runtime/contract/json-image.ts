import type { Issue } from "../errors.js";

/** What JSON makes of a value, or why it cannot carry it. */
export type JsonImage =
  | { readonly valid: true; readonly value: unknown }
  | { readonly valid: false; readonly issues: readonly Issue[] };

/**
 * A deep copy of `value` that holds exactly what JSON text of it would, so that what is checked is what arrives.
 *
 * Refused, each with its JSON pointer, is everything that JSON would drop, change or fail on: `undefined` in arrays,
 * functions, symbols, BigInt, NaN and the infinities, cycles, and objects that are neither plain nor arrays (Date,
 * Map, class instances). A property whose value is `undefined` is left out, as JSON does.
 */
export function jsonImage(value: unknown): JsonImage {
  const quick = copyOrFault(value, 0);
  if (quick !== fault) return { valid: true, value: quick };
  const issues: Issue[] = [];
  const image = copy(value, { pointer: "", ancestors: [], issues });
  return issues.length === 0 ? { valid: true, value: image } : { valid: false, issues };
}

const fault = Symbol("fault");

/** The copy of a value without faults, which nearly every value is; where they are is for the careful copy to find. */
function copyOrFault(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? asWritten(value) : fault;
    case "object":
      if (value === null) return null;
      // A cycle ends here too.
      if (depth >= deepest) return fault;
      return Array.isArray(value) ? copyArray(value, depth) : copyMembers(value, depth);
    default:
      return fault;
  }
}

/** JSON writes -0 as 0. */
function asWritten(value: number): number {
  return value === 0 ? 0 : value;
}

function copyArray(value: readonly unknown[], depth: number): unknown {
  const copy: unknown[] = [];
  for (let index = 0; index < value.length; index += 1) {
    const item = copyOrFault(value[index], depth + 1);
    if (item === fault) return fault;
    copy.push(item);
  }
  return copy;
}

function copyMembers(value: object, depth: number): unknown {
  if (!isPlain(value)) return fault;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const given = (value as Readonly<Record<string, unknown>>)[key];
    if (given === undefined) continue;
    const item = copyOrFault(given, depth + 1);
    // Assigning to __proto__ would change the copy's prototype.
    if (item === fault || key === "__proto__") return fault;
    copy[key] = item;
  }
  return copy;
}

interface Place {
  readonly pointer: string;
  readonly ancestors: readonly object[];
  readonly issues: Issue[];
}

const deepest = 500;

function copy(value: unknown, place: Place): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? asWritten(value) : refuse(place, String(value));
    case "object":
      return value === null ? null : copyObject(value, place);
    case "bigint":
      return refuse(place, "a BigInt");
    default:
      return refuse(place, typeof value === "undefined" ? "undefined" : `a ${typeof value}`);
  }
}

function copyObject(value: object, place: Place): unknown {
  if (place.ancestors.includes(value)) return refuse(place, "a cycle");
  if (place.ancestors.length >= deepest) return refuse(place, `more than ${deepest} levels`);
  const { issues } = place;
  const ancestors = [...place.ancestors, value];
  const inside = (key: string | number): Place => ({ pointer: `${place.pointer}/${token(key)}`, ancestors, issues });
  // Array.from visits the holes of a sparse array too, which JSON would turn into null.
  if (Array.isArray(value)) return Array.from(value, (item: unknown, index) => copy(item, inside(index)));
  if (!isPlain(value)) return refuse(place, `a ${value.constructor?.name || "non-plain object"}`);
  // fromEntries defines properties: assigning one named __proto__ would change the copy's prototype instead.
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, copy(item, inside(key))]),
  );
}

/** Also for plain objects of another realm, whose Object.prototype is not ours. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function refuse({ pointer, issues }: Place, found: string): undefined {
  issues.push({ pointer, message: `is ${found}, which JSON cannot carry`, keyword: "json", params: { found } });
}

function token(key: string | number): string {
  return String(key).replaceAll("~", "~0").replaceAll("/", "~1");
}
