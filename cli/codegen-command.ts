import { existsSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import picocolors from "picocolors";
import {
  asErrors,
  type Change,
  checkHandlers,
  compile,
  type Diagnostic,
  findChanges,
  finishInterrupted,
  formatChange,
  formatGithub,
  formatJson,
  formatText,
  type Layout,
  type RenderedFiles,
  readHandlers,
  readWorkflows,
  type SourceFile,
  sortDiagnostics,
  updateFiles,
} from "../codegen/index.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";

export type Format = "text" | "json" | "github";

export interface CheckOptions {
  /** The project's folder, absolute. */
  readonly root: string;
  readonly workflows: string;
  readonly out: string;
  readonly format: Format;
  /** Warnings are errors. */
  readonly strict: boolean;
}

export interface CodegenOptions extends CheckOptions {
  readonly check: boolean;
}

/** `taskwright codegen`. */
export function codegen(options: CodegenOptions): ExitCode {
  if (!options.check) finishInterrupted(options.root, inProject(options.root, options.out));
  const compiled = compileProject(options);
  if (compiled?.files === undefined) return exitCodes.fault;
  const { files, layout } = compiled;
  if (options.check) return reportStale(findChanges(options.root, layout.generated, files), options);
  const changes = updateFiles(options.root, layout.generated, files);
  reportWritten(changes, files.stubs.length, options);
  return exitCodes.fine;
}

/** `taskwright check`. */
export function checkOnly(options: CheckOptions): ExitCode {
  const compiled = compileProject(options);
  if (compiled?.files === undefined) return exitCodes.fault;
  say(options, `${picocolors.green("✓")} ${countTasks(compiled.files.stubs.length)}, no faults.`);
  return exitCodes.fine;
}

/** A project that was read and compiled, every fault of it printed. */
interface Compiled {
  readonly layout: Layout;
  readonly sources: readonly SourceFile[];
  /** Absent when there is an error. */
  readonly files?: RenderedFiles;
}

/** Reads and compiles, and prints every fault; `undefined` when there is nothing to read. */
function compileProject(options: CheckOptions): Compiled | undefined {
  const { root, strict, format } = options;
  const layout = { workflows: inProject(root, options.workflows), generated: inProject(root, options.out) };
  if (!existsSync(join(root, layout.workflows))) {
    console.error(`There is no folder ${layout.workflows}/ here. Make it, with a YAML file for each workflow.`);
    return undefined;
  }
  const { sources, unreadable, diagnostics: unread } = readWorkflows(root, layout.workflows);
  if (sources.length === 0 && unreadable.length === 0) {
    console.error(`There is no YAML file in ${layout.workflows}/. Declare a task in ${layout.workflows}/<name>.yaml.`);
    return undefined;
  }
  const compilation = compile(sources, layout);
  const handlers = readHandlers(root, compilation.files === undefined ? [] : sources.map((source) => source.path));
  const found = sortDiagnostics([
    ...unread,
    ...compilation.diagnostics,
    ...checkHandlers(compilation.handlers, handlers),
  ]);
  const diagnostics = strict ? asErrors(found) : found;
  print(diagnostics, [...sources, ...unreadable, ...handlers], format);
  const isRefused = diagnostics.some((each) => each.severity === "error");
  return { layout, sources, ...(isRefused || compilation.files === undefined ? {} : { files: compilation.files }) };
}

function print(diagnostics: readonly Diagnostic[], sources: readonly SourceFile[], format: Format): void {
  switch (format) {
    case "json":
      process.stdout.write(formatJson(diagnostics, sources));
      return;
    case "github":
      process.stdout.write(formatGithub(diagnostics, sources));
      return;
    case "text": {
      if (diagnostics.length === 0) return;
      const colors = picocolors.createColors(picocolors.isColorSupported && process.stderr.isTTY === true);
      process.stderr.write(`${formatText(diagnostics, sources, colors)}\n`);
      const errors = diagnostics.filter((found) => found.severity === "error").length;
      const warnings = diagnostics.length - errors;
      const counts = [count(errors, "error"), count(warnings, "warning")].filter((text) => !text.startsWith("0 "));
      console.error(`${counts.join(" and ")}.${errors > 0 ? " Nothing was written." : ""}`);
    }
  }
}

const happened = { create: "created", update: "updated", remove: "removed", stub: "stub written" } as const;
const pending = {
  create: "missing",
  update: "out of date",
  remove: "no longer declared",
  stub: "handler missing",
} as const;

function reportStale(changes: readonly Change[], options: CheckOptions): ExitCode {
  if (changes.length === 0) {
    say(options, `${picocolors.green("✓")} Everything is up to date.`);
    return exitCodes.fine;
  }
  for (const change of changes) {
    if (options.format === "github") {
      process.stdout.write(
        `::error file=${change.path},title=out-of-date::${change.path} is ${pending[change.kind]}.\n`,
      );
    } else {
      console.error(`${picocolors.red(pending[change.kind].padEnd("no longer declared".length))}  ${change.path}`);
      // What is missing has nothing to compare with; what it would be is one command away.
      if (change.kind === "update") process.stderr.write(formatChange(change, picocolors));
    }
  }
  console.error(`${count(changes.length, "file")} differ from what the workflows say. Run \`taskwright codegen\`.`);
  return exitCodes.fault;
}

function reportWritten(changes: readonly Change[], tasks: number, options: CheckOptions): void {
  for (const change of changes) {
    say(options, `${picocolors.dim(happened[change.kind].padEnd("stub written".length))}  ${change.path}`);
  }
  const outcome = changes.length === 0 ? "nothing to do" : `${count(changes.length, "file")} changed`;
  say(options, `${picocolors.green("✓")} ${countTasks(tasks)}: ${outcome}.`);
}

/** Summaries are for people; with another format, standard output belongs to the program that reads it. */
function say(options: CheckOptions, line: string): void {
  if (options.format === "text") console.log(line);
}

function countTasks(tasks: number): string {
  return count(tasks, "task");
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
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
