import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { explanations } from "../../codegen/explanations.js";
import {
  checkHandlers,
  compile,
  type DiagnosticCode,
  diagnosticCodes,
  readHandlers,
  readWorkflows,
} from "../../codegen/index.js";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "taskwright-explain-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it("has an example for every code", () => expect(Object.keys(explanations)).toEqual(Object.keys(diagnosticCodes)));

const examples = Object.entries(explanations).map(([code, shown]) => ({ code, ...shown }));
const isOfFiles = ({ wrong }: { readonly wrong: string }) => !wrong.startsWith("$");

describe.each(examples.filter(isOfFiles))("explain $code", ({ code, wrong, right }) => {
  it("shows files with just this fault", () => {
    expect(codesOf(wrong).filter((found) => found !== "no-tasks" || code === "no-tasks")).toEqual([code]);
  });

  it("shows files without a fault", () => expect(codesOf(right).filter((found) => found !== "no-tasks")).toEqual([]));
});

/** What a project on disk of these files is told. */
function codesOf(shown: string): DiagnosticCode[] {
  writeFiles(shown);
  const sources = readWorkflows(root, "workflows");
  const { diagnostics, handlers } = compile(sources, { workflows: "workflows", generated: "generated" });
  const files = readHandlers(
    root,
    sources.map(({ path }) => path),
  );
  return [...new Set([...diagnostics, ...checkHandlers(handlers, files)].map((found) => found.code))];
}

function writeFiles(shown: string): void {
  const [single, ...parts] = shown.split(/^--- /m);
  for (const part of single === "" ? parts : [`workflows/a.yaml\n${shown}`]) {
    const [, path = "", target, text = ""] = /^(\S+)(?: -> (\S+))?\n(.*)$/s.exec(part) ?? [];
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (target === undefined) writeFileSync(join(root, path), text);
    else symlinkSync(target, join(root, path));
  }
}
