import picocolors from "picocolors";
import {
  type Change,
  type Diagnostic,
  differsInLineEnds,
  findChanges,
  finishInterrupted,
  formatChange,
  formatSchedules,
  type RenderedFiles,
  type ScheduledTask,
  updateFiles,
} from "../codegen/index.js";
import { compileProject, layoutOf, type ProjectOptions } from "./compile-project.js";
import { count } from "./count.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import { optimiseLate } from "./optimise-late.js";
import type { Format } from "./print-diagnostics.js";
import { rememberUnchanged } from "./unchanged.js";
import { withDiagnostics } from "./with-diagnostics.js";

export interface CheckOptions extends ProjectOptions {
  readonly format: Format;
  /** Tell of the schedules as well. */
  readonly verbose: boolean;
}

export interface CodegenOptions extends CheckOptions {
  readonly check: boolean;
}

/** `taskwright codegen`. */
export function codegen(options: CodegenOptions): Promise<ExitCode> {
  return withDiagnostics(options, async (tell) => {
    optimiseLate();
    const { generated } = layoutOf(options);
    if (!options.check) finishInterrupted(options.root, generated);
    const { diagnostics, sources, files } = await compileProject(options);
    tell(diagnostics, sources);
    if (files === undefined) return exitCodes.fault;
    if (options.check) {
      const stale = findChanges(options.root, generated, files);
      if (options.format === "text") reportStale(stale, generated);
      else
        tell(
          stale.map((change) => asDiagnostic(change, generated)),
          sources,
        );
      return stale.length > 0 ? exitCodes.fault : exitCodes.fine;
    }
    const changes = updateFiles(options.root, generated, files);
    reportWritten(changes, files.stubs.length, options);
    if (diagnostics.length === 0) rememberUnchanged(options, sources, files.stubs.length);
    if (options.verbose) tellSchedules(files, options);
    return exitCodes.fine;
  });
}

/** `taskwright check`. */
export function checkOnly(options: CheckOptions): Promise<ExitCode> {
  return withDiagnostics(options, async (tell) => {
    optimiseLate();
    const { diagnostics, sources, files } = await compileProject(options);
    tell(diagnostics, sources);
    if (files === undefined) return exitCodes.fault;
    say(options, `${picocolors.green("✓")} ${countTasks(files.stubs.length)}, no faults.`);
    if (options.verbose) tellSchedules(files, options);
    return exitCodes.fine;
  });
}

function tellSchedules(files: RenderedFiles, options: CheckOptions): void {
  const manifest = files.generated.find(({ path }) => path === `${layoutOf(options).generated}/manifest.json`);
  const { tasks } = JSON.parse(manifest?.text ?? '{"tasks":[]}') as { readonly tasks: readonly ScheduledTask[] };
  say(options, formatSchedules(tasks, new Date(), picocolors).trimEnd());
}

const happened = { create: "created", update: "updated", remove: "removed", stub: "stub written" } as const;
const pending = {
  create: "missing",
  update: "out of date",
  remove: "no longer declared",
  stub: "handler missing",
} as const;

function asDiagnostic(change: Change, generated: string): Diagnostic {
  const { kind, path } = change;
  const fault = differsInLineEnds(change)
    ? `differs in its line ends alone. ${keepLineEnds(generated)}`
    : `is ${kind === "stub" ? "a handler, and missing" : pending[kind]}.`;
  const message = `${path} ${fault} Run \`taskwright codegen\`.`;
  return { code: "out-of-date", severity: "error", message, span: { file: path, start: 0, end: 0 } };
}

function keepLineEnds(generated: string): string {
  return `Where git checks out with CRLF, write \`${generated}/** text eol=lf\` into .gitattributes.`;
}

function reportStale(changes: readonly Change[], generated: string): void {
  if (changes.length === 0) {
    console.log(`${picocolors.green("✓")} Everything is up to date.`);
    return;
  }
  for (const change of changes) {
    const isOfLineEnds = differsInLineEnds(change);
    const what = isOfLineEnds ? "line ends" : pending[change.kind];
    console.error(`${picocolors.red(what.padEnd("no longer declared".length))}  ${change.path}`);
    // What is missing has nothing to compare with; what it would be is one command away.
    if (change.kind === "update" && !isOfLineEnds) process.stderr.write(formatChange(change, picocolors));
  }
  const ofLineEnds = changes.filter(differsInLineEnds).length;
  if (ofLineEnds > 0) console.error(`${differ(ofLineEnds)} in line ends alone. ${keepLineEnds(generated)}`);
  console.error(`${differ(changes.length)} from what the workflows say. Run \`taskwright codegen\`.`);
}

/** `1 file differs`, `2 files differ`. */
function differ(files: number): string {
  return `${count(files, "file")} ${files === 1 ? "differs" : "differ"}`;
}

function reportWritten(changes: readonly Change[], tasks: number, options: CheckOptions): void {
  // In one go: a line at a time, a thousand of them take longer than what they tell of.
  if (changes.length > 0) say(options, changes.map(describeChange).join("\n"));
  const outcome = changes.length === 0 ? "nothing to do" : `${count(changes.length, "file")} changed`;
  say(options, `${picocolors.green("✓")} ${countTasks(tasks)}: ${outcome}.`);
}

/** What was done to a file, in a line: `updated  generated/savings.ts`. */
export function describeChange({ kind, path }: Change): string {
  return `${picocolors.dim(happened[kind].padEnd("stub written".length))}  ${path}`;
}

/** Summaries are for people; with another format, standard output belongs to the program that reads it. */
function say(options: CheckOptions, line: string): void {
  if (options.format === "text") console.log(line);
}

function countTasks(tasks: number): string {
  return count(tasks, "task");
}
