import { expect } from "vitest";
import { checkParsed } from "../../codegen/compile.js";
import type { Diagnostic } from "../../codegen/diagnostic.js";
import { parseWorkflow } from "../../codegen/parse/parse-workflow.js";
import { positionOf } from "../../codegen/report/position.js";
import type { SourceFile } from "../../codegen/source.js";

/** A fault as a test writes and compares it: `savings.yaml:3:12-19 unknown-queue: No file declares …`. */
type Finding = { readonly place: string; readonly code: string; readonly message: string };

/**
 * Expects that checking `marked` finds exactly the faults that are drawn under its lines, and nothing else:
 *
 *     queue: criticl
 *            ^^^^^^^ unknown-queue: No file declares a queue `criticl`.
 *
 * The message may be left out, or be its beginning. A line `=== other.yaml` starts another file; the first one is
 * `savings.yaml`.
 */
export function expectFaults(marked: string): void {
  const { sources, expected } = readMarks(marked);
  const found = findFaults(sources).map((diagnostic) => describeFinding(diagnostic, sources));
  const shown = found.map((finding, index) => shorten(finding, expected[index]));
  expect(shown.map(write)).toEqual(expected.map(write));
}

/** What parse and check say of some files. */
export function findFaults(sources: readonly SourceFile[]): Diagnostic[] {
  return checkParsed(sources, sources.map(parseWorkflow)).diagnostics.filter((found) => found.code !== "no-tasks");
}

function readMarks(marked: string): { readonly sources: SourceFile[]; readonly expected: Finding[] } {
  const files: { path: string; lines: string[] }[] = [{ path: "savings.yaml", lines: [] }];
  const expected: Finding[] = [];
  for (const line of dedent(marked)) {
    const file = files.at(-1) ?? { path: "", lines: [] };
    const separator = /^=== (.+)$/.exec(line);
    const mark = /^( *)(\^+) ([a-z-]+)(?:: (.*))?$/.exec(line);
    if (separator) {
      files.push({ path: separator[1] ?? "", lines: [] });
    } else if (mark) {
      const [, indent = "", carets = "", code = "", message = ""] = mark;
      const from = indent.length + 1;
      expected.push({ place: `${file.path}:${file.lines.length}:${from}-${from + carets.length}`, code, message });
    } else {
      file.lines.push(line);
    }
  }
  return { sources: files.map(({ path, lines }) => ({ path, text: lines.join("\n") })), expected };
}

function dedent(text: string): string[] {
  const lines = text.replace(/^\n/, "").trimEnd().split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  const least = Math.min(...indents);
  return lines.map((line) => line.slice(least));
}

function describeFinding({ span, code, message }: Diagnostic, sources: readonly SourceFile[]): Finding {
  const { file, line, column, endLine, endColumn, lineText } = positionOf(span, sources);
  const end = endLine === line ? endColumn : lineText.length + 1;
  return { place: `${file}:${line}:${column}-${Math.max(end, column + 1)}`, code, message };
}

/** Cuts a message to the length that the test wrote of it. */
function shorten(finding: Finding, expected: Finding | undefined): Finding {
  return { ...finding, message: finding.message.slice(0, expected?.message.length ?? finding.message.length) };
}

function write({ place, code, message }: Finding): string {
  return message === "" ? `${place} ${code}` : `${place} ${code}: ${message}`;
}
