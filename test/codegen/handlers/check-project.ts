import {
  checkHandlers,
  compile,
  type Diagnostic,
  type HandlerFile,
  type RenderedFiles,
} from "../../../codegen/index.js";

const layout = { workflows: "workflows", generated: "generated" };

/** What the compiler says of these handlers, by path, in a project of these workflows: each a name, and its tasks. */
export function checkProject(workflows: Tasks, handlers: Readonly<Record<string, string>>): Diagnostic[] {
  return checkFiles(
    workflows,
    Object.entries(handlers).map(([path, text]) => ({ path, text })),
  );
}

/** {@link checkProject} of files as they were read. */
export function checkFiles(workflows: Tasks, files: readonly HandlerFile[]): Diagnostic[] {
  const { handlers, rendered } = compileTasks(workflows);
  return checkHandlers(handlers, files, rendered);
}

/** The stub of a task as the compiler writes it. */
export function stubAt(path: string, workflows: Tasks): string {
  return compileTasks(workflows).rendered.stubs.find((stub) => stub.path === path)?.text ?? "";
}

/** Where each fault is, which it is, and the commands that it offers. */
export function summary(found: readonly Diagnostic[]): string[] {
  return found.map(({ code, span, message }) =>
    [span.file, code, ...[...message.matchAll(/`([^`]*git mv[^`]*)`/g)].map(([, command]) => command)].join(" "),
  );
}

type Tasks = Readonly<Record<string, readonly string[]>>;

function compileTasks(workflows: Tasks) {
  const sources = Object.entries(workflows).map(([name, tasks]) => ({
    path: `workflows/${name}.yaml`,
    text: `tasks:${tasks.length === 0 ? " {}" : ""}\n${tasks.map((task) => `  ${task}: ${settings}\n`).join("")}`,
  }));
  const { handlers, files } = compile(sources, layout);
  return { handlers, rendered: files as RenderedFiles };
}

const settings = "{ payload: { type: object, properties: { to: { type: string } } } }";
