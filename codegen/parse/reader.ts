import { isMap, isScalar, isSeq, type Node, Scalar } from "yaml";
import { type Diagnostic, didYouMean, error, quote } from "../diagnostic.js";
import type { DiagnosticCode } from "../diagnostic-codes.js";
import type { JsonObject } from "../json.js";
import type { Located, Span } from "../source.js";
import { maxDepth } from "./bounded-tokens.js";
import type { YamlDocument } from "./yaml-document.js";

/**
 * Reads one kind of YAML value into a typed node, and describes the same to editors.
 *
 * The language is written once, with readers (`workflow-language.ts`): the parser, the messages and
 * `workflow.schema.json` all come from that one description, so none of them can know a key that another does not.
 */
export interface Reader<T> {
  /** The typed node; `undefined` once a fault was reported. */
  readonly read: (node: Node, at: Place) => T | undefined;
  /** JSON Schema draft-07, the latest that the YAML language server understands. */
  readonly editor: JsonObject;
}

/** The node type that a reader yields. */
export type NodeOf<R> = R extends Reader<infer T> ? T : never;

/** Where reading stands: the document, the name of the value in messages, and the sink of its faults. */
export interface Place {
  readonly document: YamlDocument;
  /** How messages call the value, e.g. `retries`. */
  readonly name: string;
  readonly depth: number;
  readonly report: (diagnostic: Diagnostic) => void;
}

/** The node itself or, for an alias, what it stands for, with the place that messages should show. */
export function follow(node: Node, at: Place): { readonly node: Node; readonly span: Span } | undefined {
  const span = at.document.spanOf(node);
  const target = at.document.resolve(node);
  if (target === undefined) {
    fault(
      at,
      "yaml-syntax",
      span,
      `${quote(String(node))} is an alias, but nothing before it has that anchor. Quote it if it is text.`,
    );
    return undefined;
  }
  // An alias to one of its own ancestors would never end.
  if (at.depth > maxDepth) {
    fault(at, "wrong-type", span, `${quote(at.name)} is nested more than ${maxDepth} levels deep.`);
    return undefined;
  }
  return { node: target, span };
}

/** A scalar that `accept` turns into a value; what it throws away is reported as "must be `expected`". */
export function scalar<T>(
  expected: string,
  accept: (raw: unknown) => T | undefined,
  editor: JsonObject,
): Reader<Located<T>> {
  return {
    editor,
    read: (node, at) => {
      const found = follow(node, at);
      if (found === undefined) return undefined;
      const raw = isScalar(found.node) ? found.node.value : undefined;
      const value = isScalar(found.node) ? accept(raw) : undefined;
      if (value !== undefined) return { value, span: found.span };
      fault(at, "wrong-type", found.span, `${quote(at.name)} must be ${expected}, not ${describe(found.node)}.`);
      return undefined;
    },
  };
}

/** One key of an {@link object}. */
export interface Key<T> {
  readonly reader: Reader<T>;
  readonly description: string;
}

/** A key and what it means; the description reaches the editor. */
export function key<T>(reader: Reader<T>, description: string): Key<T> {
  return { reader, description };
}

/** What {@link object} reads: a member a key that is present, and where each key stands. */
export type ObjectNode<Keys> = { readonly span: Span; readonly keySpans: ReadonlyMap<string, Span> } & {
  readonly [K in keyof Keys]?: Keys[K] extends Key<infer T> ? T : never;
};

/** A mapping with known keys; an unknown one is reported with the nearest that exists. */
export function object<Keys extends Record<string, Key<unknown>>>(
  what: string,
  keys: Keys,
  options: {
    readonly required?: readonly (keyof Keys & string)[];
    readonly elsewhere?: Readonly<Record<string, string>>;
  } = {},
): Reader<ObjectNode<Keys>> {
  const required = options.required ?? [];
  return {
    editor: {
      type: "object",
      additionalProperties: false,
      ...(required.length === 0 ? {} : { required }),
      properties: Object.fromEntries(
        Object.entries(keys).map(([name, { reader, description }]) => [name, { description, ...reader.editor }]),
      ),
    },
    read: (node, at) => {
      const members: Record<string, unknown> = {};
      const keySpans = new Map<string, Span>();
      const entries = readEntries(node, at);
      if (entries === undefined) return undefined;
      for (const { name, keySpan, value } of entries.members) {
        keySpans.set(name, keySpan);
        const known = Object.hasOwn(keys, name) ? keys[name] : undefined;
        if (known === undefined) {
          const hint =
            (options.elsewhere && Object.hasOwn(options.elsewhere, name) && options.elsewhere[name]) || undefined;
          const wayOut = hint === undefined ? didYouMean(name, Object.keys(keys)) : ` ${hint}`;
          fault(
            at,
            "unknown-key",
            keySpan,
            `${quote(name)} is not ${/^[aeio]/.test(what) ? "an" : "a"} ${what} setting.${wayOut}`,
          );
          continue;
        }
        const member = known.reader.read(value, { ...at, name, depth: at.depth + 1 });
        if (member !== undefined) members[name] = member;
      }
      for (const name of required) {
        if (!keySpans.has(name)) {
          fault(at, "missing-key", entries.span, `${quote(at.name)} needs ${quote(name)}. ${keys[name]?.description}`);
        }
      }
      // Each member was read by the reader of its own key, which is what the type says.
      return { ...members, span: entries.span, keySpans } as unknown as ObjectNode<Keys>;
    },
  };
}

/** What {@link record} reads: the author's own names, in the order of the file. */
export interface RecordNode<T> {
  readonly span: Span;
  readonly entries: readonly { readonly name: string; readonly keySpan: Span; readonly value: T }[];
}

/** A mapping from names that the author chooses; a key with nothing under it is an empty one. */
export function record<T>(reader: Reader<T>): Reader<RecordNode<T>> {
  const entries: Reader<RecordNode<T>> = {
    editor: { type: "object", additionalProperties: reader.editor },
    read: (node, at) => {
      const found = readEntries(node, at);
      if (found === undefined || isTooLong(found.members, found.span, at)) return undefined;
      return {
        span: found.span,
        entries: found.members.flatMap(({ name, keySpan, value }) => {
          const read = reader.read(value, { ...at, name, depth: at.depth + 1 });
          return read === undefined ? [] : [{ name, keySpan, value: read }];
        }),
      };
    },
  };
  return orEmpty(entries, (span) => ({ span, entries: [] }));
}

/** A sequence of one kind of value. */
export function list<T>(reader: Reader<T>): Reader<{ readonly span: Span; readonly items: readonly T[] }> {
  return {
    editor: { type: "array", items: reader.editor },
    read: (node, at) => {
      const found = follow(node, at);
      if (found === undefined) return undefined;
      if (!isSeq(found.node)) {
        fault(at, "wrong-type", found.span, `${quote(at.name)} must be a list, not ${describe(found.node)}.`);
        return undefined;
      }
      if (isTooLong(found.node.items, found.span, at)) return undefined;
      const items = found.node.items.flatMap((item) => {
        const read = reader.read(item as Node, { ...at, depth: at.depth + 1 });
        return read === undefined ? [] : [read];
      });
      return { span: found.span, items };
    },
  };
}

/** More than any honest file: each entry is code to print and perhaps a handler to write. */
const maxEntries = 20_000;

function isTooLong(entries: readonly unknown[], span: Span, at: Place): boolean {
  if (entries.length <= maxEntries) return false;
  fault(at, "wrong-type", span, `${quote(at.name)} has more than ${maxEntries} entries. Split the file into several.`);
  return true;
}

/** A mapping that may be written with nothing under its key (`name:`), which then counts as empty. */
export function orEmpty<T>(reader: Reader<T>, empty: (span: Span) => T): Reader<T> {
  return {
    editor: { anyOf: [reader.editor, { type: "null" }] },
    read: (node, at) =>
      isScalar(node) && node.value === null ? empty(at.document.spanOf(node)) : reader.read(node, at),
  };
}

/** The members of a mapping, reported as a fault when `node` is something else. */
export function readEntries(node: Node, at: Place) {
  const found = follow(node, at);
  if (found === undefined) return undefined;
  if (!isMap(found.node)) {
    fault(
      at,
      "wrong-type",
      found.span,
      `${quote(at.name)} must be a mapping of keys to values, not ${describe(found.node)}.`,
    );
    return undefined;
  }
  const members: { readonly name: string; readonly keySpan: Span; readonly value: Node }[] = [];
  for (const pair of found.node.items) {
    const keyNode = pair.key as Node;
    const keySpan = at.document.spanOf(keyNode);
    if (!isScalar(keyNode)) {
      fault(at, "wrong-type", keySpan, `A key of ${quote(at.name)} must be plain text.`);
      continue;
    }
    if (keyNode.value === "<<" && keyNode.type === "PLAIN") {
      fault(at, "merge-key", keySpan, mergeKey);
      continue;
    }
    if (at.document.isRepeated(keyNode)) continue;
    // `name:` with nothing behind it has no value node; the key's own place stands for it.
    members.push({ name: String(keyNode.value), keySpan, value: (pair.value as Node | null) ?? emptyNode(keyNode) });
  }
  return { span: found.span, members };
}

const mergeKey =
  "`<<` belongs to YAML 1.1. Say what tasks have in common under `defaults`, and refer to what schemas have in common by `$ref`.";

/** Reports at a place. */
export function fault(at: Place, code: DiagnosticCode, span: Span, message: string): void {
  at.report(error(code, span, message));
}

/** What a node is, in the words of a message. */
export function describe(node: Node): string {
  if (isMap(node)) return "a mapping";
  if (isSeq(node)) return "a list";
  const value = isScalar(node) ? node.value : undefined;
  if (value === null || value === undefined) return "nothing";
  if (value === "") return "an empty text";
  // In quotes it is text, which what is shown of it does not tell.
  if (typeof value === "string")
    return /^([\d.+-]+|true|false)$/.test(value) ? `the text ${quote(value)}` : quote(value);
  return quote(String(value));
}

function emptyNode(key: Node): Node {
  const [, end] = key.range ?? [0, 0, 0];
  const empty = new Scalar(null);
  empty.range = [end, end, end];
  return empty;
}
