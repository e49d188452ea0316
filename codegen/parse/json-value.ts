import { isMap, isScalar, isSeq, type Node } from "yaml";
import { quote } from "../diagnostic.js";
import type { Json, JsonObject } from "../json.js";
import type { Span } from "../source.js";
import { describe, fault, follow, type Place, type Reader, readEntries } from "./reader.js";

/** A JSON value written in YAML, with the place of each of its parts. */
export interface JsonNode {
  readonly span: Span;
  readonly value: Json;
  /** Place of the value at a JSON pointer (RFC 6901; `""` is the whole). */
  readonly places: ReadonlyMap<string, Span>;
  /** Place of the key that holds the value at a JSON pointer. */
  readonly keyPlaces: ReadonlyMap<string, Span>;
}

/** The place of `pointer`, or of its nearest ancestor that is written in the file. */
export function placeAt(node: JsonNode, pointer: string): Span {
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    const span = node.places.get(at);
    if (span !== undefined) return span;
  }
  return node.span;
}

/** The place of the key that holds `pointer`; of the value where it has none (a list item). */
export function keyPlaceAt(node: JsonNode, pointer: string): Span {
  return node.keyPlaces.get(pointer) ?? placeAt(node, pointer);
}

/** One more step of a JSON pointer. */
export function pointerTo(parent: string, step: string | number): string {
  return `${parent}/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Any value that JSON can carry, kept with the places of its parts. */
export function jsonValue(editor: JsonObject): Reader<JsonNode> {
  return {
    editor,
    read: (node, at) => {
      const places = new Map<string, Span>();
      const keyPlaces = new Map<string, Span>();
      const value = readJson(node, at, "", places, keyPlaces);
      return value === undefined ? undefined : { value, span: at.document.spanOf(node), places, keyPlaces };
    },
  };
}

function readJson(
  node: Node,
  at: Place,
  pointer: string,
  places: Map<string, Span>,
  keyPlaces: Map<string, Span>,
): Json | undefined {
  const found = follow(node, at);
  if (found === undefined) return undefined;
  places.set(pointer, found.span);
  if (places.size > maxValues) {
    fault(at, "wrong-type", found.span, `${quote(at.name)} holds more than ${maxValues} values, its aliases expanded.`);
    return undefined;
  }
  if (isMap(found.node)) {
    const members: [string, Json][] = [];
    for (const { name, keySpan, value } of readEntries(found.node, at)?.members ?? []) {
      if (name === "__proto__") {
        fault(
          at,
          "reserved-name",
          keySpan,
          "`__proto__` cannot be the name of a property: JavaScript gives it another meaning.",
        );
        continue;
      }
      const child = pointerTo(pointer, name);
      keyPlaces.set(child, keySpan);
      const read = readJson(value, deeper(at, name), child, places, keyPlaces);
      if (read === undefined) return undefined;
      members.push([name, read]);
    }
    return Object.fromEntries(members);
  }
  if (isSeq(found.node)) {
    const items: Json[] = [];
    for (const [index, item] of found.node.items.entries()) {
      const read = readJson(item as Node, deeper(at, at.name), pointerTo(pointer, index), places, keyPlaces);
      if (read === undefined) return undefined;
      items.push(read);
    }
    return items;
  }
  return readScalar(found.node, found.span, at);
}

/** More than any honest schema; a few nested aliases can expand to billions. */
const maxValues = 100_000;

function deeper(at: Place, name: string): Place {
  return { ...at, name, depth: at.depth + 1 };
}

function readScalar(node: Node, span: Span, at: Place): Json | undefined {
  const value: unknown = isScalar(node) ? node.value : undefined;
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "bigint":
      return safeNumber(value, span, at);
    case "number":
      if (Number.isFinite(value)) return value;
      fault(at, "wrong-type", span, `${quote(at.name)} must be a number that JSON can carry, not ${describe(node)}.`);
      return undefined;
    default:
      return null;
  }
}

/** The number itself when JavaScript holds it exactly. */
export function safeNumber(value: bigint, span: Span, at: Place): number | undefined {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  const message = `${quote(String(value))} is beyond 2^53, where JavaScript loses digits. Carry it as a string.`;
  fault(at, "unsafe-number", span, message);
  return undefined;
}
