/**
 * JSON text that is the same for equal values, whatever the order of their members. Pure.
 *
 * `value` is what JSON carries; one nested too deeply for JSON itself throws a RangeError.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member) ? sorted(member) : member,
  );
}

function sorted(object: object): object {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
