import type { Json } from "../json.js";

/**
 * Those objects in `values` that say the same as another one there, each with a number that it has in common with them.
 *
 * Takes time in proportion to the text: what lies inside is compared by its number.
 */
export function findRepeatedParts(values: readonly Json[]): ReadonlyMap<Json, number> {
  const numbers = new Map<string, number>();
  const numberOf = new Map<Json, number>();
  const repeated = new Set<number>();

  /** The same for the same content, and for no other. */
  function contentOf(value: Json): string {
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    return `#${numberOfPart(value)}`;
  }

  function numberOfPart(part: Exclude<Json, null | boolean | number | string>): number {
    // An alias of YAML is the very same object.
    const known = numberOf.get(part);
    if (known !== undefined) {
      repeated.add(known);
      return known;
    }
    const content = Array.isArray(part)
      ? `[${part.map(contentOf).join(",")}]`
      : `{${Object.entries(part).map(([name, value]) => `${JSON.stringify(name)}:${contentOf(value)}`)}}`;
    const before = numbers.get(content);
    const number = before ?? numbers.size;
    if (before === undefined) numbers.set(content, number);
    else repeated.add(number);
    numberOf.set(part, number);
    return number;
  }

  for (const value of values) contentOf(value);
  for (const [part, number] of numberOf) if (!repeated.has(number)) numberOf.delete(part);
  return numberOf;
}
