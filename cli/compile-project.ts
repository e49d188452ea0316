import { isAbsolute, join, relative, sep } from "node:path";
import {
  asErrors,
  checkHandlers,
  type compile,
  type Diagnostic,
  type Layout,
  type RenderedFiles,
  type readHandler,
  readHandlers,
  type readWorkflow,
  readWorkflows,
  type SourceFile,
  sortDiagnostics,
} from "../codegen/index.js";

/** Which project is compiled, and how strictly. */
export interface ProjectOptions {
  /** The project's folder, absolute. */
  readonly root: string;
  readonly workflows: string;
  readonly out: string;
  /** Warnings are errors. */
  readonly strict: boolean;
}

/** How a project is read and compiled; a watcher's remember what has not changed. */
export interface ProjectTools {
  readonly compile: typeof compile;
  readonly readWorkflow: typeof readWorkflow;
  readonly readHandler: typeof readHandler;
}

/** A project as it is on disk, compiled. */
export interface CompiledProject {
  readonly diagnostics: readonly Diagnostic[];
  /** Everything that a diagnostic may show a line of. */
  readonly sources: readonly SourceFile[];
  /** Absent when there is an error. */
  readonly files?: RenderedFiles;
}

/** Reads and compiles a project. Throws one sentence when there is nothing to compile. */
export function compileProject(options: ProjectOptions, tools: ProjectTools): CompiledProject {
  const { root, strict } = options;
  const layout = layoutOf(options);
  const { sources, unreadable, diagnostics: unread } = readWorkflows(root, layout.workflows, tools.readWorkflow);
  if (sources.length === 0 && unreadable.length === 0) {
    throw new Error(
      `There is no YAML file in ${layout.workflows}/. Declare a task in ${layout.workflows}/<name>.yaml.`,
    );
  }
  const { files, handlers, ...compilation } = tools.compile(sources, layout);
  const paths = files === undefined ? [] : sources.map((source) => source.path);
  const handlerFiles = readHandlers(root, paths, tools.readHandler);
  const found = sortDiagnostics([...unread, ...compilation.diagnostics, ...checkHandlers(handlers, handlerFiles)]);
  const diagnostics = strict ? asErrors(found) : found;
  const isRefused = diagnostics.some((each) => each.severity === "error");
  return {
    diagnostics,
    sources: [...sources, ...unreadable, ...handlerFiles],
    ...(isRefused || files === undefined ? {} : { files }),
  };
}

/** The project's folders relative to its root. Throws when one is outside. */
export function layoutOf({ root, workflows, out }: ProjectOptions): Layout {
  return { workflows: inProject(root, workflows), generated: inProject(root, out) };
}

/** A folder of the project, relative to its root and with `/`; anything outside is refused. */
function inProject(root: string, folder: string): string {
  const path = relative(root, isAbsolute(folder) ? folder : join(root, folder))
    .split(sep)
    .join("/");
  if (path === "" || path.startsWith("../") || path === ".." || isAbsolute(path)) {
    throw new Error(`${folder} is not a folder inside this project.`);
  }
  return path;
}
