import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { compile, createCompiler, type SourceFile } from "../../codegen/index.js";

const layout = { workflows: "workflows", generated: "generated" };
const folder = join(import.meta.dirname, "../../workflows");
const project: SourceFile[] = readdirSync(folder)
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => ({ path: `workflows/${name}`, text: readFileSync(join(folder, name), "utf8") }));

function edit(name: string, from: string, to: string): SourceFile[] {
  const edited = project.map((file) =>
    file.path.endsWith(name) ? { ...file, text: file.text.replace(from, to) } : file,
  );
  if (name !== "" && edited.every((file, index) => file.text === project[index]?.text))
    throw new Error(`${from} is not in ${name}.`);
  return edited;
}

/** Each leaves something that the other files depend on changed. */
const edits: [string, SourceFile[]][] = [
  ["nothing", project],
  ["a task's own setting", edit("loan.yaml", "retries: 5", "retries: 6")],
  ["a shared schema", edit("shared.yaml", "minimum: 1", "minimum: 2")],
  ["a shared schema's name", edit("shared.yaml", "Kobo:", "Naira:")],
  ["a queue's defaults", edit("queues.yaml", "delay: 1m", "delay: 2m")],
  ["a queue's name", edit("queues.yaml", "critical:", "urgent:")],
  ["a workflow's name", edit("gig.yaml", "description:", "workflow: work\ndescription:")],
  ["a fault of form", edit("gig.yaml", "retries: 5", "retrie: 5")],
  ["broken YAML", edit("shared.yaml", "schemas:", "schemas: [")],
  ["one file fewer", project.filter((file) => !file.path.endsWith("system.yaml"))],
];

it("gives after any edit, in any order, what a compiler without memory gives", () => {
  const compileAgain = createCompiler();
  const there = edits.map(([title, sources]) => ({ title, sources }));
  for (const { title, sources } of [...there, ...[...there].reverse(), ...there]) {
    expect({ title, ...compileAgain(sources, layout) }).toEqual({ title, ...compile(sources, layout) });
  }
});

it("keeps apart two layouts of one project", () => {
  const compileAgain = createCompiler();
  compileAgain(project, layout);
  const moved = { workflows: "workflows", generated: "src/generated" };
  expect(compileAgain(project, moved)).toEqual(compile(project, moved));
});
