import { join, relative, sep } from "node:path";
import { watch as watchFiles } from "chokidar";
import picocolors from "picocolors";
import {
  createCompiler,
  finishInterrupted,
  readGenerated,
  readHandler,
  readWorkflow,
  readWorkflows,
  rememberFiles,
  updateFiles,
} from "../codegen/index.js";
import { describeChange } from "./codegen-command.js";
import { compileProject, layoutOf, type ProjectOptions, type ProjectTools } from "./compile-project.js";
import { count } from "./count.js";
import { printDiagnostics } from "./print-diagnostics.js";

/** An editor that saves makes several events at once. */
const quietMs = 10;

/**
 * `taskwright codegen --watch`: compiles at every change of a workflow file or a handler, until the process is ended.
 *
 * Nothing listens for Ctrl-C, so that it ends a long compilation too: what is being written is finished by the next run.
 */
export async function watch(options: ProjectOptions): Promise<never> {
  const layout = layoutOf(options);
  finishInterrupted(options.root, layout.generated);
  const workflows = rememberFiles(readWorkflow);
  // Throws when there is nothing to watch: chokidar may miss a folder that appears while it starts.
  readWorkflows(options.root, layout.workflows, workflows.read);
  const handlers = rememberFiles(readHandler);
  const tools = { compile: createCompiler(), readWorkflow: workflows.read, readHandler: handlers.read };
  const generated = rememberFiles(readGenerated);
  const compileAgain = rounds(() => oneRound(options, tools, generated.read));

  const watcher = watchFiles(join(options.root, layout.workflows), {
    ignoreInitial: true,
    // Asked with the file's state and without; a folder must not be left out.
    ignored: (path, stats) => stats?.isFile() === true && !isOurs(path),
  });
  let isWaiting = false;
  const soon = () => {
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(() => {
      isWaiting = false;
      compileAgain();
    }, quietMs);
  };
  watcher.on("all", (_event, path) => {
    const changed = relative(options.root, path).split(sep).join("/");
    workflows.forget(changed);
    handlers.forget(changed);
    soon();
  });
  // Of two changes of a file within 50 ms chokidar tells the first alone, and a formatter follows a save that soon.
  watcher.on("raw", (_event, path) => {
    if (isOurs(String(path))) soon();
  });
  watcher.on("error", (cause) => console.error(`taskwright: watching failed: ${String(cause)}`));
  await new Promise<void>((resolve) => watcher.once("ready", resolve));
  compileAgain();
  console.log(picocolors.dim(`Watching ${layout.workflows}/. Ctrl-C ends it.`));
  return new Promise(() => undefined);
}

function isOurs(path: string): boolean {
  return /\.(ya?ml|ts)$/.test(path);
}

/** One compilation a call. What it finds is told only when that is news: our own stubs make an event as well. */
function rounds(compileOnce: () => Round): () => void {
  let toldBefore: string | undefined;
  return () => {
    const startedAt = performance.now();
    const { tell, isNews, state } = compileOnce();
    if (!isNews && state === toldBefore) return;
    toldBefore = state;
    if (process.stdout.isTTY) process.stdout.write("\u001b[2J\u001b[3J\u001b[H");
    tell(Math.round(performance.now() - startedAt));
  };
}

interface Round {
  /** What there is to say, in a form that can be compared. */
  readonly state: string;
  /** Whether something was written. */
  readonly isNews: boolean;
  readonly tell: (ms: number) => void;
}

function oneRound(options: ProjectOptions, tools: ProjectTools, read: typeof readGenerated): Round {
  try {
    const { diagnostics, sources, files } = compileProject(options, tools);
    const changes = files === undefined ? [] : updateFiles(options.root, layoutOf(options).generated, files, read);
    return {
      state: JSON.stringify(diagnostics),
      isNews: changes.length > 0,
      tell: (ms) => {
        printDiagnostics(diagnostics, sources, "text");
        if (files === undefined) return;
        for (const change of changes) console.log(describeChange(change));
        const outcome = changes.length === 0 ? "nothing to do" : `${count(changes.length, "file")} changed`;
        console.log(`${picocolors.green("✓")} ${count(files.stubs.length, "task")}: ${outcome}. ${ms} ms`);
      },
    };
  } catch (cause) {
    // No folder, no file, a disk that refuses: it may be otherwise at the next change.
    const message = cause instanceof Error ? cause.message : String(cause);
    return { state: message, isNews: false, tell: () => console.error(`taskwright: ${message}`) };
  }
}
