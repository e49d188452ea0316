import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Project, ts } from "ts-morph";
import { expect, test } from "vitest";
import { compile } from "../../../codegen/index.js";
import { loadDefinitions } from "../../support/compiled-schemas.js";

const root = join(import.meta.dirname, "../../..");

test("a workflow's own module holds types alone, so that nothing of it is loaded", () => {
  const modules = definitionsOfCases().map((path) => path.replace(".definitions.ts", ".ts"));
  expect(modules.length).toBeGreaterThan(15);
  const loaded = modules.filter((path) => {
    const text = readFileSync(join(root, path), "utf8");
    const options = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, removeComments: true };
    return ts.transpile(text, options).trim() !== "export {};";
  });
  expect(loaded).toEqual([]);
});

test("definitions fit the runtime's types, which `@ts-nocheck` keeps from being checked where they stand", () => {
  const project = new Project({
    tsConfigFilePath: join(root, "tsconfig.json"),
    skipAddingFilesFromTsConfig: true,
    compilerOptions: { incremental: false },
  });
  for (const path of definitionsOfCases()) {
    const text = readFileSync(join(root, path), "utf8");
    const [tasks] = /^export const tasks = \{\n[\s\S]*?^\};$/m.exec(text) ?? [];
    if (tasks === undefined) continue;
    const types = /^import type .*\n/m.exec(text)?.[0] ?? "";
    const checked = [
      `import { defineTask, type Validator } from "taskwright";\n${types}declare const validator: Validator;`,
      tasks.replaceAll(/validator\(check\w+\)/g, "validator"),
      "void validator;\n",
    ].join("\n");
    project.createSourceFile(join(root, path.replace(".definitions.ts", ".checked.ts")), checked);
  }
  const written = project.getSourceFiles();
  expect(written.length).toBeGreaterThan(15);
  const found = written.flatMap((file) => file.getPreEmitDiagnostics());
  expect(project.formatDiagnosticsWithColorAndContext(found)).toBe("");
});

test("tasks and fields may have the names of what the module of definitions uses itself", () => {
  const names = ["tasks", "validator", "missing", "fault", "define_task", "validator_runtime", "check_it", "format"];
  const properties = Object.fromEntries(names.map((name) => [name, { type: "string" }]));
  const payload = { type: "object", required: ["tasks"], properties: { ...properties, it: { $ref: "#/schemas/It" } } };
  const text = JSON.stringify({
    schemas: { It: { type: "string", minLength: 3 } },
    tasks: Object.fromEntries(names.map((name) => [name, { payload }])),
  });
  const { diagnostics, files } = compile([{ path: "workflows/shop.yaml", text }], layout);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);

  const texts = new Map(files?.generated.map((file) => [file.path, file.text]));
  const tasks = Object.values(loadDefinitions("shop.definitions", (name) => texts.get(`generated/${name}.ts`) ?? ""));
  expect(tasks).toHaveLength(names.length);
  for (const task of tasks) {
    expect(task.payload?.({ missing: 1, format: "x", it: "y" })).toBe(false);
    expect(task.payload?.errors?.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`)).toEqual([
      " required",
      "/missing type",
      "/it minLength",
    ]);
  }
});

test("what a file says more than once has one check, by which each fault keeps its place", () => {
  const part = { type: "object", required: ["daily"], properties: { daily: { type: "integer", default: 1 } } };
  const option = (name: string) => ({ type: "object", required: [name], properties: { [name]: { type: "string" } } });
  const either = { oneOf: [option("iban"), option("card")] };
  const numbered = { "2024": { type: "object", additionalProperties: false, properties: {} } };
  const payload = (extra: object) => ({
    type: "object",
    properties: { limits: part, lines: { type: "array", items: part }, source: either, ...numbered, ...extra },
  });
  const tasks = { first: { payload: payload({ a: {} }) }, second: { payload: payload({ b: {} }) } };
  const schemas = { Limits: { type: "string" } };
  const { diagnostics, files } = compile(
    [{ path: "workflows/shop.yaml", text: JSON.stringify({ schemas, tasks }) }],
    layout,
  );
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const text = files?.generated.find(({ path }) => path === "generated/shop.definitions.ts")?.text ?? "";
  expect(text.match(/^(export )?function \w+/gm)).toEqual([
    "function checkFirstPayload2024",
    "function checkLimits2",
    "function checkSourceOption1",
    "function checkSourceOption2",
    "function checkFirstPayload",
    "function checkSecondPayload",
    "export function checkLimits",
  ]);

  for (const { payload } of Object.values(loadDefinitions("shop.definitions", () => text))) {
    const value = { limits: {}, lines: [{ daily: 2 }, { daily: "x" }], source: { card: null } };
    expect(payload?.(value)).toBe(false);
    expect(payload?.errors?.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`)).toEqual([
      "/lines/1/daily type",
      "/source required",
      "/source/card type",
      "/source oneOf",
    ]);
    expect(value.limits).toEqual({ daily: 1 });
  }
});

const layout = { workflows: "workflows", generated: "generated" };

/** Of every case, relative to the project. */
function definitionsOfCases(): string[] {
  return readdirSync(join(root, "test/cases"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".definitions.ts"))
    .map((path) => join("test/cases", path));
}
