import { existsSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import picocolors from "picocolors";
import {
  type Change,
  type Compilation,
  compile,
  type Diagnostic,
  findChanges,
  formatGithub,
  formatJson,
  formatText,
  type Layout,
  readWorkflows,
  type SourceFile,
  writeChanges,
} from "../codegen/index.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";

export type Format = "text" | "json" | "github";

export interface CheckOptions {
  /** The project's folder, absolute. */
  readonly root: string;
  readonly workflows: string;
  readonly out: string;
  readonly format: Format;
}

export interface CodegenOptions extends CheckOptions {
  readonly check: boolean;
}

/** `taskwright codegen`. */
export function codegen(options: CodegenOptions): ExitCode {
  const compiled = compileProject(options);
  if (compiled === undefined) return exitCodes.fault;
  const { compilation, layout } = compiled;
  if (compilation.files === undefined) return exitCodes.fault;
  const changes = findChanges(options.root, layout.generated, compilation.files);
  if (options.check) return reportStale(changes, options);
  writeChanges(options.root, changes);
  reportWritten(changes, compilation.files.stubs.length, options);
  return exitCodes.fine;
}

/** `taskwright check`. */
export function checkOnly(options: CheckOptions): ExitCode {
  const compiled = compileProject(options);
  if (compiled?.compilation.files === undefined) return exitCodes.fault;
  say(options, `${picocolors.green("✓")} ${countTasks(compiled.compilation.files.stubs.length)}, no faults.`);
  return exitCodes.fine;
}

/** Reads and compiles, and prints every fault; `undefined` when there is nothing to read. */
function compileProject(
  options: CheckOptions,
): { readonly compilation: Compilation; readonly layout: Layout } | undefined {
  const layout = {
    workflows: inProject(options.root, options.workflows),
    generated: inProject(options.root, options.out),
  };
  if (!existsSync(join(options.root, layout.workflows))) {
    console.error(`There is no folder ${layout.workflows}/ here. Make it, with a YAML file for each workflow.`);
    return undefined;
  }
  const read = readWorkflows(options.root, layout.workflows);
  if (read.sources.length === 0 && read.diagnostics.length === 0) {
    console.error(`There is no YAML file in ${layout.workflows}/. Declare a task in ${layout.workflows}/<name>.yaml.`);
    return undefined;
  }
  const { diagnostics, files } = compile(read.sources, layout);
  const all = [...read.diagnostics, ...diagnostics];
  print(all, read.sources, options.format);
  return {
    compilation: { diagnostics: all, ...(read.diagnostics.length === 0 && files !== undefined ? { files } : {}) },
    layout,
  };
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
