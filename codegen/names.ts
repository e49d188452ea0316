import type { CasedName } from "./catalog.js";

/** The spellings of a name written in snake_case, kebab-case or camelCase. Pure. */
export function caseName(name: string): CasedName {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
  const pascal = words.map(capitalize).join("");
  return { pascal, camel: pascal.slice(0, 1).toLowerCase() + pascal.slice(1), kebab: words.join("-") };
}

/** Words that cannot name a constant in a strict module. */
export const reservedWords: ReadonlySet<string> = new Set(
  (
    "abstract arguments as async await boolean break case catch class const continue debugger declare default delete do " +
    "else enum eval export extends false finally for from function get if implements import in instanceof interface let " +
    "new null number object of package private protected public return set static string super switch symbol this throw " +
    "true try type typeof undefined var void while with yield"
  ).split(" "),
);

function capitalize(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
