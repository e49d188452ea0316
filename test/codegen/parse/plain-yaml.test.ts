import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isMap, isScalar, isSeq, type Node, type Pair } from "yaml";
import { readPlainYaml } from "../../../codegen/parse/plain-yaml.js";
import { surveyTree } from "../../../codegen/parse/survey-tree.js";
import { composeYaml } from "../../../codegen/parse/yaml-document.js";
import { mutatedProject } from "../hostile/mutations.js";

/*
 * The reader of plain YAML and the YAML library, side by side: what the one reads, the other composes without a fault, and
 * the same, with every part at the same place.
 */

/** What a node is and where, as data. */
function dataOf(node: unknown): unknown {
  if (isScalar(node)) return [placeOf(node), node.value];
  if (isSeq(node)) return [placeOf(node), node.items.map(dataOf)];
  if (!isMap(node)) return String(node);
  return [placeOf(node), node.items.map(({ key, value }: Pair) => ({ key: dataOf(key), value: dataOf(value) }))];
}

function placeOf({ range }: Node): unknown {
  return range?.slice(0, 2);
}

/** What the library makes of the text; undefined where it finds a fault or something that it has to resolve. */
function composed(text: string): unknown {
  const { document, faults, aliases } = composeYaml("a.yaml", text);
  const isSound = faults.length + aliases.length + surveyTree(document).repeatedKeys.length === 0;
  return isSound ? dataOf(document.contents) : undefined;
}

function expectSame(text: string): boolean {
  const plain = readPlainYaml(text);
  if (plain === undefined) return false;
  expect({ text, read: dataOf(plain) }).toEqual({ text, read: composed(text) });
  return true;
}

describe("what is written plainly is read as the library reads it", () => {
  it.each<[string, string]>([
    ["mappings in mappings", "a:\n  b: 1\n  c:\n    d: x y\ne: 2\n"],
    ["no line end at the end", "a:\n  b: text"],
    ["blank lines and spaces at the ends", "a: 1   \n\n\nb:  \n  c: 2\n\n"],
    ["comments above, behind and at the end", "# head\na: 1 # one\n# b\nb:\n  # c\n  c: 2\n# last\n"],
    ["sequences, indented and not", "a:\n  - 1\n  - x\nb:\n- 1\n- y\nc: 1\n"],
    ["mappings in sequences", "a:\n  - b: 1\n    c: 2\n  - d:\n      e: 1\n"],
    ["nothing behind a key", "a:\nb:   \nc:\n  d:\ne: 1\nf:"],
    [
      "every kind of scalar",
      "a: null\nb: ~\nc: true\nd: False\ne: 12\nf: -3\ng: +4\nh: 1.50\ni: -0.5\nj: 1.\nk: 1.2.3\n",
    ],
    [
      "texts that look like more",
      "a: -x\nb: x:y\nc: x#y\nd: http://a/b?c=d#e\ne: 30s\nf: 1-2\ng: a, b [c] {d}\nh: <<\ni: 1_000\n",
    ],
    ["whole numbers beyond 2^53", "a: 9007199254740993\n"],
    ["quotes", "a: \"x: # y\"\nb: 'it''s' # c\n\"c\": \"\\n\\u00e9\\\\d\\\"\"\n'd e': ''\n"],
    ["keys of all kinds", "$ref: a\n1: b\nx-y: c\na/b: d\na.b: e\nnull: f\n"],
    ["flow collections", "a: [1, x y, 'z', \"w\"]\nb: { c: d, e: [f, { g: h }] } # i\nc: []\nd: {}\ne: [ a , b ]\n"],
    ["references in flow", "a: { $ref: shared.yaml#/schemas/Kobo }\nb: [a:b, http://c]\n"],
    ["literal text", "a: |\n  one\n    two\n\n  three\nb: |-\n  x\n"],
    ["folded text", "a: >\n  one\n  two\n\n\nb: >-\n  x # y\nc: 1\n"],
    ["a literal text at the end of the text", "a:\n  b: |\n    x"],
    ["letters of all scripts", "a: Ọjọ́ 👍 “x”\n'ẹ': é\n"],
  ])("%s", (_title, text) => {
    expect(expectSame(text)).toBe(true);
  });
});

it("reads the workflow files of the cases, but for two, that the library reads without a fault or an alias", () => {
  const repository = join(import.meta.dirname, "../../..");
  const paths = readdirSync(join(repository, "test/cases"), { recursive: true, encoding: "utf8" })
    .filter((path) => /^[\w-]+\/workflows\/[\w-]+\.yaml$/.test(path))
    .map((path) => `test/cases/${path}`);
  const left = paths.filter((path) => {
    const text = readFileSync(join(repository, path), "utf8");
    return !expectSame(text) && composed(text) !== undefined;
  });
  expect(paths.length).toBeGreaterThan(20);
  expect(left).toEqual([
    "test/cases/hostile-text/workflows/quotes.yaml",
    "test/cases/mistakes-in-files/workflows/list.yaml",
  ]);
});

describe("what is not plain is left to the library", () => {
  it.each<[string, string]>([
    ["an empty text", ""],
    ["a fault", "a: b: c\n"],
    ["a key twice", "a: 1\na: 2\n"],
    ["an alias", "a: &x 1\nb: *x\n"],
    ["a tag", "a: !!str 1\n"],
    ["text on several lines", "a: x\n  y\n"],
    ["quotes over several lines", 'a: "x\n  y"\n'],
    ["several documents", "a: 1\n---\nb: 2\n"],
    ["tabs", "a:\t1\n"],
    ["a byte order mark", "\uFEFFa: 1\n"],
    ["carriage returns", "a: 1\r\n"],
    ["numbers in other notations", "a: 0x1F\n"],
    ["a level that does not fit", "a:\n    b: 1\n  c: 2\n"],
    ["more levels than anybody writes", Array.from({ length: 200 }, (_, n) => `${" ".repeat(n)}a:\n`).join("")],
  ])("%s", (_title, text) => {
    expect(readPlainYaml(text)).toBeUndefined();
  });
});

it("agrees with the library on every document of the official suite that it reads", () => {
  const documents = readFileSync(join(import.meta.dirname, "../hostile/yaml-suite/documents.jsonl"), "utf8");
  const read = documents
    .trim()
    .split("\n")
    .filter((line) => expectSame(JSON.parse(line).yaml));
  expect(read.length).toBeGreaterThan(10);
});

it("agrees with the library on whatever becomes of a workflow file", { timeout: 120_000 }, () => {
  let read = 0;
  const runs = Number(process.env.MUTATIONS ?? 300);
  fc.assert(
    fc.property(mutatedProject(), (sources) => {
      for (const { text } of sources) if (expectSame(text)) read += 1;
    }),
    { numRuns: runs, endOnFailure: process.env.SHRINK !== "1" },
  );
  expect(read).toBeGreaterThan(runs / 10);
});
