import { isMap, isScalar, isSeq, type Node } from "yaml";
import { quote } from "../diagnostic.js";
import type { Json, JsonObject } from "../json.js";
import { memoize } from "../memoize.js";
import type { Span } from "../source.js";
import { describe, fault, follow, type Place, type Reader, readEntries } from "./reader.js";

/** A JSON value written in YAML, with the place of each of its parts. */
export interface JsonNode {
  readonly span: Span;
  readonly value: Json;
  /**
   * Where its parts stand: four offsets for each value, in the order of a walk through `value` from the outermost, of
   * its start and end and those of its key (-1 where it has none). Numbers alone, since nearly all are never asked for.
   */
  readonly offsets: Int32Array;
}

/** The place of the value at a JSON pointer (RFC 6901), or of its nearest ancestor that is written in the file. */
export function placeAt(node: JsonNode, pointer: string): Span {
  const places = placesOf(node);
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    const place = places.get(at);
    if (place !== undefined) return place.span;
  }
  return node.span;
}

/** The place of the key that holds `pointer`; of the value where it has none (a list item). */
export function keyPlaceAt(node: JsonNode, pointer: string): Span {
  return placesOf(node).get(pointer)?.keySpan ?? placeAt(node, pointer);
}

interface Placed {
  readonly span: Span;
  readonly keySpan?: Span;
}

const placesOf = memoize(({ span: { file }, value, offsets }: JsonNode): ReadonlyMap<string, Placed> => {
  const places = new Map<string, Placed>();
  const spanAt = (index: number): Span => ({ file, start: offsets[index] ?? 0, end: offsets[index + 1] ?? 0 });
  const walk = (inner: Json, pointer: string): void => {
    const index = places.size * 4;
    const hasKey = (offsets[index + 2] ?? -1) >= 0;
    places.set(pointer, { span: spanAt(index), ...(hasKey && { keySpan: spanAt(index + 2) }) });
    if (typeof inner !== "object" || inner === null) return;
    for (const [step, member] of Object.entries(inner)) walk(member, pointerTo(pointer, step));
  };
  walk(value, "");
  return places;
});

/** One more step of a JSON pointer. */
export function pointerTo(parent: string, step: string | number): string {
  const isPlain = typeof step === "number" || !/[~/]/.test(step);
  return `${parent}/${isPlain ? step : step.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Any value that JSON can carry, kept with the places of its parts. */
export function jsonValue(editor: JsonObject): Reader<JsonNode> {
  return {
    editor,
    read: (node, at) => {
      const offsets: number[] = [];
      const value = readJson(node, at, offsets);
      if (offsets.length / 4 > maxValues) {
        const message = `${quote(at.name)} holds more than ${maxValues} values, counting what each alias stands for. Split it up.`;
        fault(at, "wrong-type", at.document.spanOf(node), message);
      }
      if (value === undefined) return undefined;
      return { value, span: at.document.spanOf(node), offsets: Int32Array.from(offsets) };
    },
  };
}

/** Adds the four offsets of each value to `offsets`, up to those of the first that is too much. */
function readJson(node: Node, at: Place, offsets: number[], keySpan?: Span): Json | undefined {
  const found = follow(node, at);
  if (found === undefined) return undefined;
  offsets.push(found.span.start, found.span.end, keySpan?.start ?? -1, keySpan?.end ?? -1);
  if (offsets.length / 4 > maxValues) return undefined;
  if (isMap(found.node)) {
    const members: [string, Json][] = [];
    for (const { name, keySpan, value } of inOrderOfObject(readEntries(found.node, at)?.members ?? [])) {
      if (name === "__proto__") {
        fault(
          at,
          "reserved-name",
          keySpan,
          "`__proto__` cannot be the name of a property: JavaScript gives it another meaning.",
        );
        continue;
      }
      const read = readJson(value, deeper(at, name), offsets, keySpan);
      if (read === undefined) return undefined;
      members.push([name, read]);
    }
    return Object.fromEntries(members);
  }
  if (isSeq(found.node)) {
    const items: Json[] = [];
    for (const item of found.node.items) {
      const read = readJson(item as Node, deeper(at, at.name), offsets);
      if (read === undefined) return undefined;
      items.push(read);
    }
    return items;
  }
  return readScalar(found.node, found.span, at);
}

/** JavaScript moves names that are whole numbers to the front of an object. */
function inOrderOfObject<Member extends { readonly name: string }>(members: readonly Member[]): readonly Member[] {
  if (!members.some(({ name }) => /^\d+$/.test(name))) return members;
  const byName = new Map(members.map((member) => [member.name, member]));
  return Object.keys(Object.fromEntries(byName)).flatMap((name) => byName.get(name) ?? []);
}

/** More than any honest schema; a few nested aliases can expand to billions. */
const maxValues = 100_000;

function deeper(at: Place, name: string): Place {
  return { document: at.document, name, depth: at.depth + 1, report: at.report };
}

function readScalar(node: Node, span: Span, at: Place): Json | undefined {
  const value: unknown = isScalar(node) ? node.value : undefined;
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "bigint":
      return safeNumber(value, span, at);
    case "number": {
      // Whole, though it is written as the others are.
      const [, whole] = /^([-+]?\d+)\.0*$/.exec((isScalar(node) && node.source) || "") ?? [];
      if (whole !== undefined) return safeNumber(BigInt(whole), span, at);
      if (Number.isFinite(value)) return value;
      fault(at, "wrong-type", span, `${quote(at.name)} must be a number that JSON can carry, not ${describe(node)}.`);
      return undefined;
    }
    default:
      return null;
  }
}

/** The number as JavaScript holds it, so that what stands around it is read too; a fault when that loses digits. */
function safeNumber(value: bigint, span: Span, at: Place): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    const message = `${quote(String(value))} is beyond 2^53, where JavaScript loses digits. Carry it as a string.`;
    fault(at, "unsafe-number", span, message);
  }
  return number;
}
