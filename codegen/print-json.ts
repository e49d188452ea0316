import type { Json } from "./json.js";

/** A JSON document, parts of which may be text already. */
export type JsonDocument =
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "object"; readonly members: readonly (readonly [name: string, value: JsonDocument])[] }
  /** An object or a list, in pieces by {@link printMembers} or {@link printItems} for the depth at which it stands; an empty piece is no member. */
  | { readonly kind: "pieces"; readonly brackets: "{}" | "[]"; readonly pieces: readonly string[] };

/** The text of a file that holds the document, as `JSON.stringify` indents it by two. */
export function printJson(document: JsonDocument): string {
  // Put together once: each further copy of several megabytes takes as long as all else.
  return [...textsOf(document, 0), "\n"].join("");
}

function textsOf(document: JsonDocument, depth: number): readonly string[] {
  switch (document.kind) {
    case "value":
      return [printValue(document.value, depth)];
    case "object": {
      const members = document.members.map(([name, value]) => [
        printName(name, depth + 1),
        ...textsOf(value, depth + 1),
      ]);
      return enclose("{}", members, depth);
    }
    case "pieces": {
      const members = document.pieces.filter((piece) => piece !== "").map((piece) => [piece]);
      return enclose(document.brackets, members, depth);
    }
  }
}

function enclose([open = "", close = ""]: string, members: readonly (readonly string[])[], depth: number): string[] {
  if (members.length === 0) return [`${open}${close}`];
  const separated = members.flatMap((texts, index) => (index === 0 ? texts : [",\n", ...texts]));
  return [`${open}\n`, ...separated, `\n${indent(depth)}${close}`];
}

/** Some of the members of an object that stands at `depth`, as one piece of it. */
export function printMembers(members: readonly (readonly [name: string, value: Json])[], depth: number): string {
  return members.map(([name, value]) => `${printName(name, depth + 1)}${printValue(value, depth + 1)}`).join(",\n");
}

/** Some of the items of a list that stands at `depth`, as one piece of it. */
export function printItems(items: readonly Json[], depth: number): string {
  return items.map((item) => `${indent(depth + 1)}${printValue(item, depth + 1)}`).join(",\n");
}

function printName(name: string, depth: number): string {
  return `${indent(depth)}${JSON.stringify(name)}: `;
}

/** No string of JSON holds a line end as it is. */
function printValue(value: Json, depth: number): string {
  const text = JSON.stringify(value, null, 2);
  return depth === 0 ? text : text.replaceAll("\n", `\n${indent(depth)}`);
}

function indent(depth: number): string {
  return "  ".repeat(depth);
}
