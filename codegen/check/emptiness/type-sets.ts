import { isJsonObject, type Json } from "../../json.js";

/** A set of JSON's types, as bits. Numbers are whole or not: `integer` is in `number`. */
const bits: ReadonlyMap<string, number> = new Map([
  ["null", 0b1],
  ["boolean", 0b10],
  ["number", 0b1100],
  ["integer", 0b100],
  ["string", 0b10000],
  ["array", 0b100000],
  ["object", 0b1000000],
]);

/** Every type. */
export const allTypes = 0b1111111;
export const integers = 0b100;
export const numbers = 0b1100;
export const strings = 0b10000;
export const arrays = 0b100000;
export const objects = 0b1000000;

/** The types of these names; all where one is no type. */
export function typeSet(names: readonly string[]): number {
  return names.reduce((set, name) => set | (bits.get(name) ?? allTypes), 0);
}

/** The set that holds only the type of `value`. */
export function typeOf(value: Json): number {
  if (value === null) return typeSet(["null"]);
  if (Array.isArray(value)) return arrays;
  if (isJsonObject(value)) return objects;
  if (typeof value === "number") return Number.isInteger(value) ? integers : numbers & ~integers;
  return typeSet([typeof value]);
}

/** The names of the types: `integer` where no other number is among them. */
export function namesOf(types: number): readonly string[] {
  return [...bits.keys()].filter((name) => {
    const own = bits.get(name) ?? 0;
    return name === "integer" ? (types & numbers) === integers : (types & own) === own;
  });
}
