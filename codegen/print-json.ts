import type { Json } from "./json.js";

/** A JSON document, parts of which may be text already. */
export type JsonDocument =
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "object"; readonly members: readonly (readonly [name: string, value: JsonDocument])[] }
  /** An object or a list, in pieces by {@link printMembers} or {@link printItems} for the depth at which it stands; an empty piece is no member. */
  | { readonly kind: "pieces"; readonly brackets: "{}" | "[]"; readonly pieces: readonly string[] };

/** The text of a document, as `JSON.stringify` indents it by two; `depth` is how deep it stands in another one. */
export function printJson(document: JsonDocument, depth = 0): string {
  switch (document.kind) {
    case "value":
      return printValue(document.value, depth);
    case "object": {
      const members = document.members.map(([name, value]) =>
        printMember(name, printJson(value, depth + 1), depth + 1),
      );
      return enclose("{}", members, depth);
    }
    case "pieces":
      return enclose(document.brackets, document.pieces, depth);
  }
}

/** Some of the members of an object that stands at `depth`, as one piece of it. */
export function printMembers(members: readonly (readonly [name: string, value: Json])[], depth: number): string {
  return members.map(([name, value]) => printMember(name, printValue(value, depth + 1), depth + 1)).join(",\n");
}

/** Some of the items of a list that stands at `depth`, as one piece of it. */
export function printItems(items: readonly Json[], depth: number): string {
  return items.map((item) => `${indent(depth + 1)}${printValue(item, depth + 1)}`).join(",\n");
}

function printMember(name: string, value: string, depth: number): string {
  return `${indent(depth)}${JSON.stringify(name)}: ${value}`;
}

/** No string of JSON holds a line end as it is. */
function printValue(value: Json, depth: number): string {
  const text = JSON.stringify(value, null, 2);
  return depth === 0 ? text : text.replaceAll("\n", `\n${indent(depth)}`);
}

function enclose([open = "", close = ""]: string, pieces: readonly string[], depth: number): string {
  const members = pieces.filter((piece) => piece !== "");
  return members.length === 0 ? `${open}${close}` : `${open}\n${members.join(",\n")}\n${indent(depth)}${close}`;
}

function indent(depth: number): string {
  return "  ".repeat(depth);
}
