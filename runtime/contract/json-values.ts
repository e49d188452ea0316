import { jsonEqual } from "./json-equal.js";

/** Whether a JSON value is an object: neither null nor an array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A property whose name every object inherits, such as `constructor`; undefined where the value has none of its own. */
export function own(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** Length of a text in code points, as JSON Schema counts it. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at += 1) {
    if (isBetween(text.charCodeAt(at), 0xd800, 0xdbff) && isBetween(text.charCodeAt(at + 1), 0xdc00, 0xdfff)) {
      count -= 1;
      at += 1;
    }
  }
  return count;
}

function isBetween(code: number, low: number, high: number): boolean {
  return code >= low && code <= high;
}

/** The places of two items that are the same, `j` before `i`; undefined where all differ. */
export function sameItems(items: readonly unknown[]): { readonly i: number; readonly j: number } | undefined {
  const plain = new Map<unknown, number>();
  const others: number[] = [];
  for (const [i, item] of items.entries()) {
    if (typeof item !== "object" || item === null) {
      const j = plain.get(item);
      if (j !== undefined) return { i, j };
      plain.set(item, i);
    } else {
      const j = others.find((earlier) => jsonEqual(items[earlier], item));
      if (j !== undefined) return { i, j };
      others.push(i);
    }
  }
  return undefined;
}

/** A property's name as a step of a JSON pointer. */
export function pointerStep(name: string): string {
  return `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
