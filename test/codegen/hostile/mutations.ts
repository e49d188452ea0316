import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc, { type Arbitrary } from "fast-check";
import { parse, stringify } from "yaml";
import type { SourceFile } from "../../../codegen/index.js";
import { canary } from "../../support/compiled-projects.js";

/** Projects like those that people write, each spoilt in a few places. */
export function mutatedProject(): Arbitrary<readonly SourceFile[]> {
  return fc
    .record({
      project: fc.constantFrom(...projects),
      which: fc.nat(),
      changes: fc.array(fc.oneof(textChange(), textChange(), treeChange()), { minLength: 1, maxLength: 4 }),
    })
    .map(({ project, which, changes }) =>
      project.map((source, index) =>
        index === which % project.length
          ? { path: source.path, text: changes.reduce((text, change) => change(text), source.text) }
          : source,
      ),
    );
}

const repository = join(import.meta.dirname, "../../..");
const projects = [
  ".",
  ...readdirSync(join(repository, "test/cases"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `test/cases/${name}`),
].map(readProject);

function readProject(folder: string): SourceFile[] {
  const workflows = join(repository, folder, "workflows");
  return readdirSync(workflows)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => ({ path: `workflows/${name}`, text: readFileSync(join(workflows, name), "utf8") }));
}

/** Each would be code, or the end of something, if it were printed as it is. */
const hostileTexts = [
  `*/ ${canary}() /*`,
  `"; ${canary}(); //`,
  `'; ${canary}(); //`,
  `\`; ${canary}(); //`,
  `\${${canary}()}`,
  `\n${canary}()\n`,
  `\r${canary}()\r`,
  `\u2028${canary}()\u2029`,
  `\\"; ${canary}(); //`,
  `</script><script>${canary}()</script>`,
  `[${canary}](javascript:${canary}()) | \`${canary}\` |`,
  `{@link ${canary}} @deprecated @type {${canary}}`,
  "x".repeat(10_000),
  "👍💸",
  "",
  " ",
  "\u0000",
  "\ud800",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "then",
  "class",
  "delete",
  "options",
  "default",
  "null",
  "~",
  "-1",
  "0x1F",
  "1e400",
  "9007199254740993",
  "2024-02-30",
  "*/5 * * * *",
  "https://example.com/a.json#/schemas/A",
  "../../secret.yaml#/schemas/A",
  "#/schemas/__proto__",
];

const hostileYaml = [
  ...hostileTexts.map((text) => JSON.stringify(text)),
  "[]",
  "{}",
  "[[[[[[]]]]]]",
  "*nothing",
  "&a [*a]",
  "!!binary aGk=",
  "!!js/function x",
  "!<tag:yaml.org,2002:set> {a}",
  "| \n  a",
  ">-",
  "? a",
  "- a",
  "%YAML 1.1",
  "---",
  "...",
  "<<: *x",
  "@a",
  "`a`",
  ".nan",
  "-.inf",
  "0o17",
  "yes",
  "\t",
  "#",
];

type Change = (text: string) => string;

function textChange(): Arbitrary<Change> {
  const onLines = (change: (lines: string[], at: number) => void) =>
    fc.nat().map(
      (at): Change =>
        (text) => {
          const lines = text.split("\n");
          change(lines, at % lines.length);
          return lines.join("\n");
        },
    );
  return fc.oneof(
    onLines((lines, at) => lines.splice(at, 1)),
    onLines((lines, at) => lines.splice(at, 0, lines[at] ?? "")),
    onLines((lines, at) => lines.splice(at, 2, lines[at + 1] ?? "", lines[at] ?? "")),
    onLines((lines, at) => lines.splice(at, 1, ` ${lines[at]}`)),
    onLines((lines, at) => lines.splice(at, 1, (lines[at] ?? "").replace(/^ {1,2}/, ""))),
    onLines((lines, at) => lines.splice(at, 1, `\t${lines[at]}`)),
    onLines((lines, at) => lines.splice(at, 2, `${lines[at]} ${(lines[at + 1] ?? "").trim()}`)),
    fc.constantFrom<Change>(
      (text) => text.replaceAll("\n", "\r\n"),
      (text) => `\uFEFF${text}`,
      (text) => `${text}\n---\n${text}`,
    ),
    fc.nat().map(
      (at): Change =>
        (text) =>
          text.slice(0, at % (text.length + 1)),
    ),
    fc.tuple(fc.nat(), fc.constantFrom(...hostileYaml)).map(([at, value]): Change => {
      return (text) => {
        const scalars = [...text.matchAll(/(?<=: )[^\s{}[\],#][^{}[\],#\n]*|(?<=^ *)[\w-]+(?=:)/gm)];
        const scalar = scalars[at % Math.max(1, scalars.length)];
        if (scalar === undefined) return `${text}${value}`;
        return text.slice(0, scalar.index) + value + text.slice(scalar.index + scalar[0].length);
      };
    }),
    fc.tuple(fc.nat(), fc.constantFrom(...":{}[]\"'`*&!|>%@,#?-~\\\u0007\u2028")).map(([at, char]): Change => {
      return (text) => text.slice(0, at % (text.length + 1)) + char + text.slice(at % (text.length + 1));
    }),
  );
}

/** A change of one node of the tree; a file that is no YAML any more stays as it is. */
function treeChange(): Arbitrary<Change> {
  const value = fc.oneof(
    fc.constantFrom<unknown>(...hostileTexts, null, true, 0, -1, 1.5, 2 ** 53, [], {}),
    fc.constantFrom(...hostileTexts).map((text): unknown => ({ [text]: text })),
    fc.constantFrom(...hostileTexts).map((text): unknown => [text, text]),
    fc.constantFrom(...hostileTexts).map((text): unknown => ({ enum: [text], description: text, const: text })),
  );
  const kind = fc.constantFrom("replace", "remove", "rename", "copy", "wrap");
  return fc.tuple(fc.nat(), kind, value, fc.constantFrom(...hostileTexts)).map(([at, what, replacement, name]) => {
    return (text: string) => {
      try {
        const tree: unknown = parse(text, { logLevel: "error" });
        const places = placesIn(tree);
        const place = places[at % Math.max(1, places.length)];
        if (place === undefined) return text;
        const { parent, key } = place;
        const before = parent[key];
        if (what === "replace") set(parent, key, replacement);
        else if (what === "wrap") set(parent, key, [before]);
        else if (what === "copy") set(parent, Array.isArray(parent) ? parent.length : name, before);
        else {
          if (Array.isArray(parent)) parent.splice(Number(key), 1);
          else delete parent[key];
          if (what === "rename") set(parent, Array.isArray(parent) ? parent.length : name, before);
        }
        return stringify(tree);
      } catch {
        return text;
      }
    };
  });
}

type Collection = Record<string | number, unknown>;

function placesIn(tree: unknown): { readonly parent: Collection; readonly key: string | number }[] {
  if (typeof tree !== "object" || tree === null) return [];
  const parent = tree as Collection;
  return Object.keys(tree).flatMap((key) => [{ parent, key }, ...placesIn(parent[key])]);
}

/** As its own property, also when it is called `__proto__`. */
function set(parent: Collection, key: string | number, value: unknown): void {
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}
