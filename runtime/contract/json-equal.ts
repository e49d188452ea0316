/**
 * Whether two JSON values are the same, as JSON Schema means it: the order of properties has no meaning, and `0` is `-0`.
 *
 * In place of Ajv's `fast-deep-equal`, which calls a `toString` or `valueOf` that the payload itself may bring along.
 */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && jsonEqual(member(a, name), member(b, name)))
  );
}

function member(of: object, name: string): unknown {
  return (of as Readonly<Record<string, unknown>>)[name];
}
