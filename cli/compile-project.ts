import { isAbsolute, join, relative, sep } from "node:path";
import {
  asErrors,
  type Compilation,
  checkHandlers,
  type compile,
  compileInParallel,
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
import { UsageError } from "./usage-error.js";

/** Which project is compiled, and how strictly. */
export interface ProjectOptions {
  /** The project's folder, absolute. */
  readonly root: string;
  readonly workflows: string;
  readonly out: string;
  /** Warnings are errors. */
  readonly strict: boolean;
}

/** How a watcher reads and compiles: by what remembers what has not changed. */
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

/**
 * Reads and compiles a project; with `sources`, one whose workflow files are not on disk yet. Throws one sentence when there
 * is nothing to compile.
 */
export async function compileProject(
  options: ProjectOptions,
  sources: readonly SourceFile[] = readProject(options),
): Promise<CompiledProject> {
  return addHandlers(sources, await compileInParallel(sources, layoutOf(options)), options);
}

/** The same, again and again. */
export function compileProjectAgain(options: ProjectOptions, tools: ProjectTools): CompiledProject {
  const read = readProject(options, tools.readWorkflow);
  return addHandlers(read, tools.compile(read, layoutOf(options)), options, tools.readHandler);
}

function readProject(options: ProjectOptions, read?: typeof readWorkflow): readonly SourceFile[] {
  const { workflows } = layoutOf(options);
  const found = readWorkflows(options.root, workflows, read);
  if (found.length === 0) {
    throw new Error(`There is no YAML file in ${workflows}/. Declare a task in ${workflows}/<name>.yaml.`);
  }
  return found;
}

/** Also what the handlers on disk make of the compilation. */
function addHandlers(
  sources: readonly SourceFile[],
  { files, handlers, ...compilation }: Compilation,
  { root, strict }: ProjectOptions,
  read?: typeof readHandler,
): CompiledProject {
  const paths = sources.map((source) => source.path);
  const handlerFiles = files === undefined ? [] : readHandlers(root, paths, read);
  const misplaced = files === undefined ? [] : checkHandlers(handlers, handlerFiles, files);
  const found = sortDiagnostics([...compilation.diagnostics, ...misplaced]);
  const diagnostics = strict ? asErrors(found) : found;
  const isRefused = diagnostics.some((each) => each.severity === "error");
  return {
    diagnostics,
    sources: [...sources, ...handlerFiles],
    ...(isRefused || files === undefined ? {} : { files }),
  };
}

/** The project's folders relative to its root. Throws a UsageError when one is outside. */
export function layoutOf({ root, workflows, out }: ProjectOptions): Layout {
  const layout = { workflows: inProject(root, workflows), generated: inProject(root, out) };
  if (layout.workflows === layout.generated) {
    throw new UsageError(`${layout.generated}/ holds the workflow files: what is generated needs a folder of its own.`);
  }
  return layout;
}

/** A folder of the project, relative to its root and with `/`; anything outside is refused. */
function inProject(root: string, folder: string): string {
  const path = relative(root, isAbsolute(folder) ? folder : join(root, folder))
    .split(sep)
    .join("/");
  if (path === "" || path.startsWith("../") || path === ".." || isAbsolute(path)) {
    throw new UsageError(`${folder} is not a folder inside this project.`);
  }
  return path;
}
