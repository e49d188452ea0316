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

  it("shows handlers whose types are there", () => expect(missingTypesOf(right)).toEqual([]));

  it("shows files without a fault", () => expect(codesOf(right).filter((found) => found !== "no-tasks")).toEqual([]));
});

const layout = { workflows: "workflows", generated: "generated" };

/** What a project on disk of these files is told. */
function codesOf(shown: string): DiagnosticCode[] {
  writeFiles(shown);
  const sources = readWorkflows(root, "workflows");
  const { diagnostics, handlers, files } = compile(sources, layout);
  const paths = sources.map(({ path }) => path);
  const misplaced = files === undefined ? [] : checkHandlers(handlers, readHandlers(root, paths), files);
  return [...new Set([...diagnostics, ...misplaced].map((found) => found.code))];
}

/** The types that its handlers import, of those that its workflows do not generate. */
function missingTypesOf(shown: string): string[] {
  writeFiles(shown);
  const { files } = compile(readWorkflows(root, "workflows"), layout);
  const imported = [...shown.matchAll(/import type { (\w+) } from "\.\.\/\.\.\/(generated\/\w+)\.js"/g)];
  const declares = (module: string, type: string) =>
    files?.generated.some(({ path, text }) => path === `${module}.ts` && text.includes(`export type ${type} =`)) ===
    true;
  return imported.flatMap(([, type = "", module = ""]) => (declares(module, type) ? [] : [type]));
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
