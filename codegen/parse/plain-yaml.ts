import { type Node, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";

/*
 * The YAML that nearly everybody writes, read line by line: block mappings and sequences, values on one line, block
 * scalars, comments. The YAML library takes ten times as long, more than all else that a compilation does, so it is left
 * what is written otherwise. What is read here is the tree that the library composes, to the last offset; tests hold
 * both against each other. Nothing is ever refused here: whatever is in doubt is the library's to read and to report.
 */

/** The tree of a text that is written plainly; `undefined` for any other, be it right or wrong. */
export function readPlainYaml(text: string): Node | undefined {
  if (unusual.test(text)) return undefined;
  try {
    const cursor = { text, lines: text.split("\n"), at: -1, start: -1, indent: -1, end: 0, isAfterComment: false };
    goOn(cursor);
    if (cursor.indent !== 0) return undefined;
    const root = readMapping(cursor, 0, 0);
    return isAtEnd(cursor) ? root : undefined;
  } catch (cause) {
    // A regular expression on a text of megabytes runs out of V8's stack, as a RangeError.
    if (cause === notPlain || cause instanceof RangeError) return undefined;
    throw cause;
  }
}

/** Tabs, carriage returns and other characters that are more than text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const unusual = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff]/;

/** Thrown where the text is not plain; it never leaves this file. */
const notPlain = Symbol("not plain");

/** Where reading stands: at a line that holds something. */
interface Cursor {
  readonly text: string;
  readonly lines: readonly string[];
  /** Index of the line. */
  at: number;
  /** Offset of the line. */
  start: number;
  /** Spaces that the line begins with; -1 at the end of the text. */
  indent: number;
  /** Where the value that was read last ends, with the rest of its line. */
  end: number;
  /** Whether comments stand between this line and the one before. */
  isAfterComment: boolean;
}

/** Deeper is left to the library, which counts. */
const maxDepth = 50;

/** To the next line that is neither empty nor a comment. */
function goOn(cursor: Cursor): void {
  cursor.isAfterComment = false;
  let commentIndent = 0;
  for (;;) {
    cursor.start += cursor.at < 0 ? 1 : lineOf(cursor).length + 1;
    cursor.at += 1;
    const line = cursor.lines[cursor.at];
    cursor.indent = line === undefined ? -1 : line.search(/[^ ]/);
    if (line === undefined) break;
    if (line === "") continue;
    if (cursor.indent < 0) throw notPlain;
    if (line[cursor.indent] !== "#") break;
    if (cursor.isAfterComment && commentIndent !== cursor.indent) throw notPlain;
    cursor.isAfterComment = true;
    commentIndent = cursor.indent;
  }
  // Elsewhere it would belong to what stands before it.
  if (cursor.isAfterComment && commentIndent !== Math.max(cursor.indent, 0)) throw notPlain;
}

function isAtEnd({ at, lines }: Cursor): boolean {
  return at >= lines.length;
}

function lineOf({ lines, at }: Cursor): string {
  return lines[at] ?? "";
}

/** What begins at the cursor's line. */
function readBlock(cursor: Cursor, depth: number): Node {
  if (depth > maxDepth) throw notPlain;
  return isItem(cursor) ? readSequence(cursor, depth) : readMapping(cursor, cursor.indent, depth);
}

function isItem(cursor: Cursor): boolean {
  return /^ *-(?: |$)/.test(lineOf(cursor));
}

const keyForm = /([A-Za-z0-9_$][\w$./-]*|"[^"\\]*"|'[^']*'):(?: +|$)/y;

/** A mapping whose first key is at `column` of the cursor's line, where it may stand behind the mark of an item. */
function readMapping(cursor: Cursor, column: number, depth: number): Node {
  const map = new YAMLMap<Node, Node>();
  const names = new Set<string>();
  const start = cursor.start + column;
  do {
    const { node: key, end } = readKey(lineOf(cursor), column, cursor.start, names);
    map.items.push(new Pair(key, readValue(cursor, end, column, depth)));
  } while (cursor.indent === column);
  if (cursor.indent > column) throw notPlain;
  map.range = [start, cursor.end, cursor.end];
  return map;
}

/** The key at `column`, which joins the `names` of its mapping, and the column of its value. */
function readKey(line: string, column: number, start: number, names: Set<string>): Inline {
  keyForm.lastIndex = column;
  const [whole, written] = keyForm.exec(line) ?? [];
  if (whole === undefined || written === undefined || written.length > maxKeyLength) throw notPlain;
  const name = /^["']/.test(written) ? written.slice(1, -1) : written;
  if (names.has(name)) throw notPlain;
  names.add(name);
  return { node: placed(new Scalar(name), start + column, written.length), end: column + whole.length };
}

/** YAML allows 1024, from the start of the line. */
const maxKeyLength = 500;

/** The value of a key, from `column` on; the mapping is at `indent`. */
function readValue(cursor: Cursor, column: number, indent: number, depth: number): Node {
  const line = lineOf(cursor);
  const isComment = line[column] === "#";
  if (column < line.length && !isComment) return readInline(cursor, column, indent, depth);
  const place = cursor.start + column;
  goOn(cursor);
  if (cursor.indent > indent) return readBlock(cursor, depth + 1);
  if (cursor.indent === indent && isItem(cursor)) return readSequence(cursor, depth + 1);
  if (isComment || cursor.isAfterComment) throw notPlain;
  cursor.end = place;
  return placed(new Scalar(null), place, 0);
}

function readSequence(cursor: Cursor, depth: number): Node {
  const seq = new YAMLSeq<Node>();
  const { indent } = cursor;
  const start = cursor.start + indent;
  do {
    const line = lineOf(cursor);
    const column = indent + 1 + line.slice(indent + 1).search(/[^ ]/);
    if (column <= indent + 1 || line[column] === "#" || /^- /.test(line.slice(column))) throw notPlain;
    keyForm.lastIndex = column;
    seq.items.push(
      keyForm.test(line) ? readMapping(cursor, column, depth + 1) : readInline(cursor, column, indent, depth),
    );
  } while (cursor.indent === indent && isItem(cursor));
  // Its comments may be its own where nothing is indented less.
  if (cursor.indent > indent || cursor.isAfterComment) throw notPlain;
  seq.range = [start, cursor.end, cursor.end];
  return seq;
}

/** A value that begins at `column`, inside of a collection at `indent`, and ends with its line or is a block scalar. */
function readInline(cursor: Cursor, column: number, indent: number, depth: number): Node {
  const line = lineOf(cursor);
  const first = line[column] ?? "";
  if (first === "|" || first === ">") return readBlockScalar(cursor, column, indent);
  const { node, end } = marks.has(first)
    ? readMarked(line, column, cursor.start, depth)
    : readPlain(line, column, cursor.start);
  if (!/^ *(?: #.*)?$/.test(line.slice(end))) throw notPlain;
  cursor.end = Math.min(cursor.start + line.length + 1, cursor.text.length);
  goOn(cursor);
  // What is indented more goes on with it.
  if (cursor.indent > indent) throw notPlain;
  return node;
}

/** A value on a line, and the column behind it. */
interface Inline {
  readonly node: Node;
  readonly end: number;
}

const plainStart = /[^\s?:,[\]{}#&*!|>'"%@`-]|-[^\s-]/y;

/** A scalar without quotes. */
function readPlain(line: string, column: number, start: number): Inline {
  plainStart.lastIndex = column;
  if (!plainStart.test(line)) throw notPlain;
  const comment = line.indexOf(" #", column);
  const written = line.slice(column, comment < 0 ? undefined : comment).trimEnd();
  if (written.includes(": ") || written.endsWith(":")) throw notPlain;
  return scalarAt(resolvePlain(written), column, written.length, start);
}

/** What a value begins with whose end is marked too. */
const marks: ReadonlySet<string> = new Set(["[", "{", '"', "'"]);

function readMarked(line: string, column: number, start: number, depth: number): Inline {
  const first = line[column];
  if (first === "[" || first === "{") return readFlow(line, column, start, depth + 1);
  return readQuoted(line, column, start);
}

const doubleQuoted = /"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y;
const singleQuoted = /'(?:[^']|'')*'/y;

function readQuoted(line: string, column: number, start: number): Inline {
  const form = line[column] === '"' ? doubleQuoted : singleQuoted;
  form.lastIndex = column;
  const [written] = form.exec(line) ?? [];
  if (written === undefined) throw notPlain;
  // Of the escapes of YAML these are JSON's.
  const value: string = form === doubleQuoted ? JSON.parse(written) : written.slice(1, -1).replaceAll("''", "'");
  return scalarAt(value, column, written.length, start);
}

const flowPlain = /(?:[^\s?:,[\]{}#&*!|>'"%@`-]|-[^\s,[\]{}-])(?:[^\s,[\]{}:]|:(?=[^\s,[\]{}])| +(?=[^\s,[\]{}:#]))*/y;

/** `[…]` or `{…}`, whole on its line. */
function readFlow(line: string, column: number, start: number, depth: number): Inline {
  if (depth > maxDepth) throw notPlain;
  const isMap = line[column] === "{";
  const close = isMap ? "}" : "]";
  const map = new YAMLMap<Node, Node>();
  const seq = new YAMLSeq<Node>();
  const names = new Set<string>();
  let at = behindSpaces(line, column + 1);
  while (line[at] !== close) {
    if (isMap) {
      const key = readKey(line, at, start, names);
      const { node, end } = readFlowValue(line, key.end, start, depth);
      map.items.push(new Pair(key.node, node));
      at = behindSpaces(line, end);
    } else {
      const { node, end } = readFlowValue(line, at, start, depth);
      seq.items.push(node);
      at = behindSpaces(line, end);
    }
    if (line[at] === ",") at = behindSpaces(line, at + 1);
    else if (line[at] !== close) throw notPlain;
  }
  const node = isMap ? map : seq;
  return { node: placed(node, start + column, at + 1 - column), end: at + 1 };
}

function readFlowValue(line: string, column: number, start: number, depth: number): Inline {
  const first = line[column] ?? "";
  if (marks.has(first)) return readMarked(line, column, start, depth);
  flowPlain.lastIndex = column;
  const [written] = flowPlain.exec(line) ?? [];
  if (written === undefined) throw notPlain;
  return scalarAt(resolvePlain(written), column, written.length, start);
}

function behindSpaces(line: string, column: number): number {
  let at = column;
  while (line[at] === " ") at += 1;
  return at;
}

/** `|` or `>` with the lines under it that are indented more than `indent`. */
function readBlockScalar(cursor: Cursor, column: number, indent: number): Node {
  const [, style, chomping] = /^([|>])(-?) *$/.exec(lineOf(cursor).slice(column)) ?? [];
  if (style === undefined) throw notPlain;
  const place = cursor.start + column;
  const content: string[] = [];
  let blank = 0;
  let inner = 0;
  for (;;) {
    cursor.start += lineOf(cursor).length + 1;
    cursor.at += 1;
    const line = cursor.lines[cursor.at];
    const own = line === undefined ? -1 : line.search(/[^ ]/);
    if (line !== undefined && own < 0) {
      // Lines of spaces count or don't, by how many they are.
      if (line !== "") throw notPlain;
      blank += 1;
      continue;
    }
    if (own <= indent) break;
    if (content.length === 0) inner = own;
    if (own < inner || (content.length === 0 && blank > 0)) throw notPlain;
    if (style === ">" && (blank > 0 || own > inner)) throw notPlain;
    for (; blank > 0; blank -= 1) content.push("");
    content.push((line ?? "").slice(inner));
    cursor.end = Math.min(cursor.start + (line ?? "").length + 1, cursor.text.length);
  }
  if (content.length === 0) throw notPlain;
  // Back to the line before, from which the next is looked for.
  cursor.at -= 1;
  cursor.start -= lineOf(cursor).length + 1;
  goOn(cursor);
  const value = content.join(style === "|" ? "\n" : " ") + (chomping === "-" ? "" : "\n");
  return placed(new Scalar(value), place, cursor.end - place);
}

function scalarAt(value: unknown, column: number, length: number, start: number): Inline {
  return { node: placed(new Scalar(value), start + column, length), end: column + length };
}

function placed<Placed extends Node>(node: Placed, start: number, length: number): Placed {
  node.range = [start, start + length, start + length];
  return node;
}

/** What a scalar without quotes stands for in YAML's core schema; whole numbers as BigInt. */
function resolvePlain(written: string): string | number | bigint | boolean | null {
  switch (written) {
    case "null":
    case "Null":
    case "NULL":
    case "~":
      return null;
    case "true":
    case "True":
    case "TRUE":
      return true;
    case "false":
    case "False":
    case "FALSE":
      return false;
  }
  if (!/^[-+.\d]/.test(written)) return written;
  if (/^[-+]?\d+$/.test(written)) return BigInt(written);
  if (/^[-+]?\d+\.\d*$/.test(written)) return Number.parseFloat(written);
  // Numbers in other notations.
  if (/^(?:0[ox]|[-+]?\.|[-+]?\d[\d.]*[eE])/.test(written)) throw notPlain;
  return written;
}
