/**
 * JavaScript values to and from PostgreSQL's text form, as node-postgres converts them by default: BullMQ's backend
 * is written against that. Geometry and intervals, which it converts too, stay text here.
 */

/** What goes on the wire for a parameter: text, bytes, or null. */
export type WireValue = string | Uint8Array<ArrayBuffer> | null;

/** A parameter as `pg` would send it: arrays as PostgreSQL arrays, other objects as JSON. */
export function encodeParameter(value: unknown): WireValue {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return encodeArray(value);
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

function encodeArray(values: readonly unknown[]): string {
  return `{${values.map(encodeElement).join(",")}}`;
}

function encodeElement(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (Array.isArray(value)) return encodeArray(value);
  const encoded = encodeParameter(value);
  const text = encoded instanceof Uint8Array ? `\\x${Buffer.from(encoded).toString("hex")}` : String(encoded);
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** A column's value as `pg` would return it, by the column's type: int8 and numeric stay text, so nothing is rounded. */
export function decodeColumn(text: string | null, typeId: number): unknown {
  if (text === null) return null;
  const decode = SCALARS.get(typeId);
  if (decode !== undefined) return decode(text);
  const element = ARRAYS.get(typeId);
  return element === undefined ? text : decodeArray(text, element);
}

type Decode = (text: string) => unknown;

const asText: Decode = (text) => text;
const asDate: Decode = (text) => {
  if (text === "infinity") return Number.POSITIVE_INFINITY;
  if (text === "-infinity") return Number.NEGATIVE_INFINITY;
  return new Date(text);
};
/** A day without a time is local midnight to `pg`, and UTC's to `Date`. */
const asDay: Decode = (text) => asDate(/^\d/.test(text) ? `${text} 00:00:00` : text);
const asBytes: Decode = (text) => Buffer.from(text.slice(2), "hex");
const asBoolean: Decode = (text) => text === "t";

/** By the object ids of PostgreSQL's built-in types, which never change. */
const SCALARS: ReadonlyMap<number, Decode> = new Map<number, Decode>([
  [16, asBoolean],
  [17, asBytes],
  [21, Number],
  [23, Number],
  [26, Number],
  [700, Number],
  [701, Number],
  [114, JSON.parse],
  [3802, JSON.parse],
  [1082, asDay],
  [1114, asDate],
  [1184, asDate],
]);

/** The decoder of one element, by the array's type. */
const ARRAYS: ReadonlyMap<number, Decode> = new Map<number, Decode>([
  [1000, asBoolean],
  [1001, asBytes],
  [1005, Number],
  [1007, Number],
  [1028, Number],
  [1021, Number],
  [1022, Number],
  [1231, Number],
  [199, JSON.parse],
  [3807, JSON.parse],
  [1182, asDay],
  [1115, asDate],
  [1185, asDate],
  [1016, asText],
  [1009, asText],
  [1014, asText],
  [1015, asText],
  [2951, asText],
]);

function decodeArray(text: string, decode: Decode): unknown[] {
  let at = text.indexOf("{") + 1;
  const list = (): unknown[] => {
    const values: unknown[] = [];
    while (at < text.length && text[at] !== "}") {
      if (text[at] === ",") at += 1;
      if (text[at] === "{") {
        at += 1;
        values.push(list());
      } else if (text[at] === '"') {
        values.push(decode(quoted()));
      } else {
        const word = bare();
        values.push(word === "NULL" ? null : decode(word));
      }
    }
    at += 1;
    return values;
  };
  const quoted = (): string => {
    let value = "";
    for (at += 1; text[at] !== '"'; at += 1) {
      if (text[at] === "\\") at += 1;
      value += text[at];
    }
    at += 1;
    return value;
  };
  const bare = (): string => {
    const from = at;
    while (at < text.length && text[at] !== "," && text[at] !== "}") at += 1;
    return text.slice(from, at);
  };
  return list();
}
