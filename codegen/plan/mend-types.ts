import { createRequire } from "node:module";
import type { ts } from "ts-morph";

type Parser = typeof ts;

let parser: Parser | undefined;

/**
 * The type declarations as the library prints them, with two things put right.
 *
 * A `Record<string, T>` whose `T` names a type becomes an index signature: TypeScript resolves the arguments of an alias
 * such as `Record` at once, so `type Json = string | Record<string, Json>` is circular to it, and leaves the members of
 * an index signature for later. And the members of a union that is broken into lines are indented under it.
 */
export function mendTypes(text: string): string {
  // Blanks of one line alone: all that a text of theirs holds would be gone through again from each.
  if (!/\bRecord<|^[ \t]*\|/m.test(text)) return text;
  // TypeScript takes half a second to load, and few types need it.
  parser ??= (createRequire(import.meta.url)("ts-morph") as typeof import("ts-morph")).ts;
  return mend(parser.createSourceFile("types.ts", text, parser.ScriptTarget.Latest, true), parser);
}

function mend(node: ts.Node, ts: Parser): string {
  const { text } = node.getSourceFile();
  const value = mapOfNamedType(node, ts);
  if (value !== undefined) return `{ [key: string]: ${mend(value, ts)} }`;
  const parts: string[] = [];
  let at = ts.isSourceFile(node) ? 0 : node.getStart();
  ts.forEachChild(node, (child) => {
    const mended = mend(child, ts);
    parts.push(
      text.slice(at, child.getStart()),
      isBrokenUnion(node, ts) ? mended.replaceAll(/\n(?=.)/g, "\n  ") : mended,
    );
    at = child.end;
  });
  return parts.join("") + text.slice(at, node.end);
}

/** `T` of a `Record<string, T>` that names a type. */
function mapOfNamedType(node: ts.Node, ts: Parser): ts.Node | undefined {
  if (!ts.isTypeReferenceNode(node) || node.typeName.getText() !== "Record") return undefined;
  const value = node.typeArguments?.[1];
  return value !== undefined && namesType(value, ts) ? value : undefined;
}

function namesType(node: ts.Node, ts: Parser): boolean {
  return ts.isTypeReferenceNode(node) || ts.forEachChild(node, (child) => namesType(child, ts)) === true;
}

/** One that begins with `|`, on a line of its own. */
function isBrokenUnion(node: ts.Node, ts: Parser): boolean {
  return ts.isUnionTypeNode(node) && node.getText().startsWith("|");
}
