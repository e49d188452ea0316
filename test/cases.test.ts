import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { type Compilation, compile, formatText, type SourceFile } from "../codegen/index.js";

/*
 * Each folder of `cases` is a whole project: `workflows/` and what must come of it, either `expected/` (every file, to the byte)
 * or `diagnostics.txt`. `usage.ts` is compiled with all the others by `npm run types`. `npm run golden` rewrites what
 * is expected; read its diff like code.
 */
const allCases = join(import.meta.dirname, "cases");
const cases = readdirSync(allCases, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const isUpdating = process.env.UPDATE_GOLDEN === "1";

describe.each(cases.map((entry) => entry.name))("case %s", (name) => {
  const folder = join(allCases, name);
  const sources = readSources(folder);
  const compilation = compile(sources, { workflows: "workflows", generated: "generated" });

  it("gives what is expected", () => {
    if (isUpdating) rewrite(folder, compilation, sources);
    expect(diagnosticsOf(compilation, sources)).toBe(readIfThere(join(folder, "diagnostics.txt")));
    expect(filesOf(compilation)).toEqual(readTree(join(folder, "expected")));
  });

  it("gives the same bytes whatever the order of the files", () => {
    const reversed = compile([...sources].reverse(), { workflows: "workflows", generated: "generated" });
    expect(filesOf(reversed)).toEqual(filesOf(compilation));
    expect(reversed.diagnostics).toEqual(compilation.diagnostics);
  });
});

it("are all in the table of contents", () => {
  const contents = readFileSync(join(allCases, "README.md"), "utf8");
  const listed = [...contents.matchAll(/^- \[(.*)\]\(\1\): /gm)].map(([, name]) => name ?? "");
  expect([...listed].sort()).toEqual(cases.map((entry) => entry.name).sort());
});

function readSources(folder: string): SourceFile[] {
  const names = readdirSync(join(folder, "workflows")).filter((name) => name.endsWith(".yaml"));
  return names.map((name) => ({
    path: `workflows/${name}`,
    text: readFileSync(join(folder, "workflows", name), "utf8"),
  }));
}

function diagnosticsOf(compilation: Compilation, sources: readonly SourceFile[]): string {
  return formatText(compilation.diagnostics, sources, picocolors.createColors(false));
}

function filesOf(compilation: Compilation): Record<string, string> {
  const files = [...(compilation.files?.generated ?? []), ...(compilation.files?.stubs ?? [])];
  // The editor's schema is the same for every project, and has a test of its own.
  const own = files.filter((file) => file.path !== "generated/workflow.schema.json");
  return Object.fromEntries(own.map((file) => [file.path, file.text]));
}

function readTree(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(folder, path), readFileSync(path, "utf8")];
    }),
  );
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

function rewrite(folder: string, compilation: Compilation, sources: readonly SourceFile[]): void {
  rmSync(join(folder, "expected"), { recursive: true, force: true });
  rmSync(join(folder, "diagnostics.txt"), { force: true });
  const diagnostics = diagnosticsOf(compilation, sources);
  if (diagnostics !== "") writeFileSync(join(folder, "diagnostics.txt"), diagnostics);
  for (const [path, text] of Object.entries(filesOf(compilation))) {
    const to = join(folder, "expected", path);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, text);
  }
}
