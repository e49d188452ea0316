import { join, relative, sep } from "node:path";
import { type FSWatcher, watch as watchFiles } from "chokidar";
import {
  type Change,
  createCompiler,
  type Diagnostic,
  type FileMemory,
  finishInterrupted,
  readGenerated,
  readHandler,
  readWorkflow,
  readWorkflows,
  rememberFiles,
  type SourceFile,
  updateFiles,
} from "../codegen/index.js";
import { compileProjectAgain, layoutOf, type ProjectOptions, type ProjectTools } from "./compile-project.js";
import { isHalfSaved } from "./half-saved.js";

/** One compilation of a project that is watched. */
export type Round =
  /** Everything is written. */
  | (RoundFacts & { readonly kind: "compiled"; readonly changes: readonly Change[]; readonly tasks: number })
  /** There are errors, and nothing was written. */
  | (RoundFacts & { readonly kind: "refused" })
  /** No folder, no file, a disk that refuses: it may be otherwise at the next change. */
  | { readonly kind: "failed"; readonly problem: string };

interface RoundFacts {
  readonly diagnostics: readonly Diagnostic[];
  /** Everything that a diagnostic may show a line of. */
  readonly sources: readonly SourceFile[];
  readonly ms: number;
}

/** An editor that saves makes several events at once. */
const quietMs = 10;

/** What is written within this time was being saved; what is still empty or gone after it was meant to be. */
const usualPatienceMs = 500;

/**
 * Compiles a project now and at every change of a workflow file or a handler. `tell` is called after each compilation,
 * also when it has found nothing new: our own stubs make an event as well. While a file is empty or gone that was not
 * before, nothing is compiled for `patienceMs`, so that a save that takes the text away first costs no generated file.
 *
 * Throws when there is nothing to watch. Resolves when the first compilation has been told of.
 */
export async function watchProject(
  options: ProjectOptions,
  tell: (round: Round) => void,
  patienceMs = usualPatienceMs,
): Promise<FSWatcher> {
  const layout = layoutOf(options);
  finishInterrupted(options.root, layout.generated);
  const workflows = rememberFiles(readWorkflow);
  // Throws when there is nothing to watch: chokidar may miss a folder that appears while it starts.
  readWorkflows(options.root, layout.workflows, workflows.read);
  const handlers = rememberFiles(readHandler);
  const tools = { compile: createCompiler(), readWorkflow: workflows.read, readHandler: handlers.read };
  const generated = rememberFiles(readGenerated);
  let written: readonly string[] = [];

  const folder = join(options.root, layout.workflows);
  const isInside = (path: string, outer: string) => path === outer || path.startsWith(outer + sep);
  // From the project on: a folder that is removed is watched no more, and this one may come back.
  const watcher = watchFiles(options.root, {
    ignoreInitial: true,
    // Asked with the file's state and without; a folder must not be left out.
    ignored: (path, stats) =>
      isInside(path, folder) ? stats?.isFile() === true && !isOurs(path) : !isInside(folder, path),
  });
  let due: NodeJS.Timeout | undefined;
  let patienceEndsAt: number | undefined;
  const whenSaved = () => {
    if (watcher.closed) return;
    patienceEndsAt ??= performance.now() + patienceMs;
    const leftMs = patienceEndsAt - performance.now();
    const round = oneRound(options, tools, generated, leftMs > 0 ? written : []);
    if (round === "half-saved") {
      due = setTimeout(whenSaved, leftMs);
      return;
    }
    patienceEndsAt = undefined;
    if (round.kind !== "failed") written = writtenFiles(round);
    tell(round);
  };
  const soon = () => {
    clearTimeout(due);
    due = setTimeout(whenSaved, quietMs);
  };
  watcher.on("all", (_event, path) => {
    const changed = relative(options.root, path).split(sep).join("/");
    workflows.forget(changed);
    handlers.forget(changed);
    soon();
  });
  // Of two changes of a file within 50 ms chokidar tells the first alone, and a formatter follows a save that soon.
  watcher.on("raw", (_event, path, details) => {
    const { watchedPath } = details as { readonly watchedPath?: unknown };
    if (isOurs(String(path)) && isInside(String(watchedPath), folder)) soon();
  });
  watcher.on("error", (cause) => console.error(`taskwright: watching failed: ${String(cause)}`));
  await new Promise<void>((resolve) => watcher.once("ready", resolve));
  whenSaved();
  return watcher;
}

/** The files of a round that have a text: those it has read, and the stubs that it has written. */
function writtenFiles(round: Exclude<Round, { kind: "failed" }>): readonly string[] {
  const stubs = round.kind === "compiled" ? round.changes.filter(({ kind }) => kind === "stub") : [];
  return [...round.sources.filter(({ text }) => text !== ""), ...stubs].map(({ path }) => path);
}

function isOurs(path: string): boolean {
  return /\.(ya?ml|ts)$/.test(path);
}

/** Writes nothing, and says so, while one of the files that had a text `before` has none. */
function oneRound(
  options: ProjectOptions,
  tools: ProjectTools,
  memory: FileMemory<string | undefined>,
  before: readonly string[],
): Round | "half-saved" {
  const startedAt = performance.now();
  try {
    const { diagnostics, sources, files } = compileProjectAgain(options, tools);
    if (isHalfSaved(options.root, before, sources)) return "half-saved";
    const changes = files === undefined ? [] : updateFiles(options.root, layoutOf(options).generated, files, memory);
    const facts = { diagnostics, sources, ms: Math.round(performance.now() - startedAt) };
    return files === undefined
      ? { kind: "refused", ...facts }
      : { kind: "compiled", ...facts, changes, tasks: files.stubs.length };
  } catch (cause) {
    // The folder may be away for a moment, as while another branch is checked out.
    if (isHalfSaved(options.root, before, [])) return "half-saved";
    return { kind: "failed", problem: cause instanceof Error ? cause.message : String(cause) };
  }
}
