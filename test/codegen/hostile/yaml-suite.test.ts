import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findProjectErrors, findUnsoundness } from "../../support/compiled-projects.js";

/*
 * Every document of the official YAML test suite, as a workflow file of its own and as a value inside one.
 */
interface SuiteDocument {
  readonly id: string;
  readonly name: string;
  readonly yaml: string;
  readonly fail?: true;
}

const documents = readFileSync(join(import.meta.dirname, "yaml-suite/documents.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as SuiteDocument);

/** `%YAML 1.2` twice, which the library lets pass: it changes nothing. */
const forgiven = "SF5V";

describe("the official YAML test suite", () => {
  it("gives diagnostics or files, and a syntax fault where it must", () => {
    const problems = documents.flatMap(({ id, name, yaml, fail }) => {
      const { compilation, problems } = findUnsoundness([{ path: "workflows/a.yaml", text: yaml }]);
      const isRefused = compilation.diagnostics.some(({ code }) => code === "yaml-syntax");
      const missing = fail && !isRefused && id !== forgiven ? ["It is not YAML, and was not refused."] : [];
      return [...problems, ...missing].map((problem) => `${id} (${name}): ${problem}`);
    });
    expect(problems).toEqual([]);
  });

  it("type-checks what each document becomes as a value of a schema", () => {
    const files = documents.flatMap(({ id, yaml }) => {
      const { compilation, problems } = findUnsoundness([{ path: "workflows/a.yaml", text: embed(yaml) }]);
      expect({ id, problems }).toEqual({ id, problems: [] });
      return compilation.files === undefined ? [] : [compilation.files];
    });
    expect(files.length).toBeGreaterThan(100);
    expect(findProjectErrors(files)).toEqual([]);
  }, 120_000);
});

/** The document as the value of `const`, as far as indenting it keeps its meaning. */
function embed(yaml: string): string {
  const indented = yaml.replaceAll(/^(?=.)/gm, " ".repeat(12));
  return `tasks:\n  pay:\n    payload:\n      type: object\n      properties:\n        value:\n          const:\n${indented}`;
}
