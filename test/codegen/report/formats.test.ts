import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { type Diagnostic, formatGithub, formatJson, formatText, type SourceFile } from "../../../codegen/index.js";

const source: SourceFile = { path: "workflows/a.yaml", text: "tasks:\r\n  a:\r\n    retris: 3\r\n" };
const start = source.text.indexOf("retris");
const fault: Diagnostic = {
  code: "unknown-key",
  severity: "error",
  message: "100% wrong: `retris`.",
  span: { file: source.path, start, end: start + "retris".length },
  related: [{ message: "See here.", span: { file: source.path, start: 0, end: 5 } }],
};

describe("text", () => {
  it("shows the place, the code, the sentence and the line", () => {
    expect(formatText([fault], [source], picocolors.createColors(false))).toBe(
      [
        "workflows/a.yaml:3:5 unknown-key: 100% wrong: `retris`.",
        "  3 |     retris: 3",
        "    |     ^^^^^^",
        "  workflows/a.yaml:1:1 See here.",
        "",
      ].join("\n"),
    );
  });

  it("marks a fault of several lines to the end of its first", () => {
    const long = { ...fault, span: { ...fault.span, end: source.text.length }, related: [] };
    expect(formatText([long], [source], picocolors.createColors(false))).toContain("    |     ^^^^^^^^^\n");
  });

  it("cuts a line that is too long around the fault", () => {
    const text = `a: ${"x".repeat(5000)} y`;
    const far = { ...fault, span: { file: source.path, start: 5004, end: 5005 }, related: [] };
    const shown = formatText([far], [{ path: source.path, text }], picocolors.createColors(false));
    expect(Math.max(...shown.split("\n").map((line) => line.length))).toBeLessThan(130);
    expect(shown.split("\n")[1]).toContain("y");
  });

  it("shows what a terminal would obey, and keeps the columns", () => {
    const text = "a: \u001b[2J\u202e\u0007👍 retris";
    const at = text.indexOf("retris");
    const hostile = { ...fault, message: `no \u001b[31m\u2066`, span: { file: source.path, start: at, end: at + 6 } };
    const shown = formatText(
      [{ ...hostile, related: [] }],
      [{ path: source.path, text }],
      picocolors.createColors(false),
    );
    expect(shown.split("\n").slice(0, 3)).toEqual([
      "workflows/a.yaml:1:13 unknown-key: no ␛[31m�",
      "  1 | a: ␛[2J�␇👍 retris",
      "    |             ^^^^^^",
    ]);
  });

  it("shows a hundred, and says how many more there are", () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({ ...fault, message: `No. ${index}.` }));
    const shown = formatText(many, [source], picocolors.createColors(false));
    expect(shown.match(/No\. \d+/g)).toHaveLength(100);
    expect(shown).toMatch(/… and 9900 more, which `--format json` prints\.\n$/);
    expect(JSON.parse(formatJson(many, [source]))).toHaveLength(10_000);
  });

  it("finds ten thousand places of a file of 5 MB in a moment", () => {
    const line = `k: ${"x".repeat(497)}\n`;
    const large = { path: source.path, text: line.repeat(10_000) };
    const many = Array.from({ length: 10_000 }, (_, index) => {
      const start = index * line.length + 3;
      return { ...fault, span: { file: large.path, start, end: start + 1 }, related: [] };
    });
    const startedAt = performance.now();
    expect(JSON.parse(formatJson(many, [large])).at(-1)).toMatchObject({ line: 10_000, column: 4 });
    expect(formatGithub(many, [large])).toContain("line=5000,col=4,");
    // Counted from the start of the file each time, it took minutes.
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  it("shows a file that could not be read without a line", () => {
    const unread: Diagnostic = { ...fault, span: { file: "b.yaml", start: 0, end: 0 }, related: [] };
    expect(formatText([unread], [], picocolors.createColors(false))).toBe(
      "b.yaml:1:1 unknown-key: 100% wrong: `retris`.\n",
    );
  });
});

it("json counts from 1 and keeps related places", () => {
  expect(JSON.parse(formatJson([fault], [source]))).toEqual([
    {
      code: "unknown-key",
      severity: "error",
      message: "100% wrong: `retris`.",
      ...{ file: "workflows/a.yaml", line: 3, column: 5, endLine: 3, endColumn: 11 },
      related: [{ message: "See here.", file: "workflows/a.yaml", line: 1, column: 1, endLine: 1, endColumn: 6 }],
    },
  ]);
});

it("github escapes what its commands would read as their own", () => {
  const hostile = { ...fault, message: "50%\nof, it::all", related: [] };
  expect(formatGithub([hostile], [source])).toBe(
    "::error file=workflows/a.yaml,line=3,col=5,endLine=3,endColumn=11,title=unknown-key::50%25%0Aof, it::all\n",
  );
});

it("github gives paths from the top of the repository, and related places in the text", () => {
  expect(formatGithub([fault], [source], "packages/jobs")).toBe(
    "::error file=packages/jobs/workflows/a.yaml,line=3,col=5,endLine=3,endColumn=11,title=unknown-key::" +
      "100%25 wrong: `retris`.%0Apackages/jobs/workflows/a.yaml:1:1 See here.\n",
  );
});
