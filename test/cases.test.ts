import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { type CompiledProject, compileProject } from "../cli/compile-project.js";
import { formatText, readWorkflows } from "../codegen/index.js";

/*
 * Each folder of `cases` is a whole project: `workflows/`, with handlers where the case is about them, and what `taskwright codegen`
 * makes of it: `expected/` (every file, to the byte), `diagnostics.txt`, or both. `usage.ts` is compiled with all the others by
 * `npm run types`. `npm run golden` rewrites what is expected; read its diff like code.
 */
const allCases = join(import.meta.dirname, "cases");
const cases = readdirSync(allCases, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const isUpdating = process.env.UPDATE_GOLDEN === "1";

describe.each(cases.map((entry) => entry.name))("case %s", (name) => {
  const folder = join(allCases, name);
  const options = { root: folder, workflows: "workflows", out: "generated", strict: false };

  it("gives what is expected", async () => {
    const project = await compileProject(options);
    if (isUpdating) rewrite(folder, project);
    expect(diagnosticsOf(project)).toBe(readIfThere(join(folder, "diagnostics.txt")));
    expect(filesOf(project)).toEqual(readTree(join(folder, "expected")));
  });

  it("gives the same bytes whatever the order of the files", async () => {
    const project = await compileProject(options);
    const reversed = await compileProject(options, readWorkflows(folder, "workflows").reverse());
    expect(filesOf(reversed)).toEqual(filesOf(project));
    expect(reversed.diagnostics).toEqual(project.diagnostics);
  });
});

it("are all in the table of contents", () => {
  const contents = readFileSync(join(allCases, "README.md"), "utf8");
  const listed = [...contents.matchAll(/^- \[(.*)\]\(\1\): /gm)].map(([, name]) => name ?? "");
  expect([...listed].sort()).toEqual(cases.map((entry) => entry.name).sort());
});

function diagnosticsOf({ diagnostics, sources }: CompiledProject): string {
  return formatText(diagnostics, sources, picocolors.createColors(false));
}

function filesOf({ files }: CompiledProject): Record<string, string> {
  const all = [...(files?.generated ?? []), ...(files?.stubs ?? [])];
  // The editor's schema is the same for every project, and has a test of its own.
  const own = all.filter((file) => file.path !== "generated/workflow.schema.json");
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

function rewrite(folder: string, project: CompiledProject): void {
  rmSync(join(folder, "expected"), { recursive: true, force: true });
  rmSync(join(folder, "diagnostics.txt"), { force: true });
  const diagnostics = diagnosticsOf(project);
  if (diagnostics !== "") writeFileSync(join(folder, "diagnostics.txt"), diagnostics);
  for (const [path, text] of Object.entries(filesOf(project))) {
    const to = join(folder, "expected", path);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, text);
  }
}
