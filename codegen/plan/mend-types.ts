import { ts } from "ts-morph";

/**
 * The type declarations as the library prints them, with two things put right.
 *
 * A `Record<string, T>` whose `T` names a type becomes an index signature: TypeScript resolves the arguments of an alias
 * such as `Record` at once, so `type Json = string | Record<string, Json>` is circular to it, and leaves the members of
 * an index signature for later. And the members of a union that is broken into lines are indented under it.
 */
export function mendTypes(text: string): string {
  return mend(ts.createSourceFile("types.ts", text, ts.ScriptTarget.Latest, true));
}

function mend(node: ts.Node): string {
  const { text } = node.getSourceFile();
  const value = mapOfNamedType(node);
  if (value !== undefined) return `{ [key: string]: ${mend(value)} }`;
  const parts: string[] = [];
  let at = ts.isSourceFile(node) ? 0 : node.getStart();
  ts.forEachChild(node, (child) => {
    const mended = mend(child);
    parts.push(text.slice(at, child.getStart()), isBrokenUnion(node) ? mended.replaceAll(/\n(?=.)/g, "\n  ") : mended);
    at = child.end;
  });
  return parts.join("") + text.slice(at, node.end);
}

/** `T` of a `Record<string, T>` that names a type. */
function mapOfNamedType(node: ts.Node): ts.Node | undefined {
  if (!ts.isTypeReferenceNode(node) || node.typeName.getText() !== "Record") return undefined;
  const value = node.typeArguments?.[1];
  return value !== undefined && namesType(value) ? value : undefined;
}

function namesType(node: ts.Node): boolean {
  return ts.isTypeReferenceNode(node) || ts.forEachChild(node, namesType) === true;
}

/** One that begins with `|`, on a line of its own. */
function isBrokenUnion(node: ts.Node): boolean {
  return ts.isUnionTypeNode(node) && node.getText().startsWith("|");
}
