import { ts } from "ts-morph";

/**
 * The type declarations with every `Record<string, T>` whose `T` names a type written as an index signature.
 *
 * TypeScript resolves the arguments of an alias such as `Record` at once, so `type Json = string | Record<string, Json>`
 * is circular to it; it leaves the members of an index signature for later.
 */
export function deferMaps(text: string): string {
  return rewrite(ts.createSourceFile("types.ts", text, ts.ScriptTarget.Latest, true));
}

function rewrite(node: ts.Node): string {
  const value = mapOfNamedType(node);
  if (value !== undefined) return `{ [key: string]: ${rewrite(value)} }`;
  const text = node.getSourceFile().text;
  const parts: string[] = [];
  let at = node.getStart();
  if (ts.isSourceFile(node)) at = 0;
  ts.forEachChild(node, (child) => {
    parts.push(text.slice(at, child.getStart()), rewrite(child));
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
