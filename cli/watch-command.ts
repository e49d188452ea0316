import picocolors from "picocolors";
import { describeChange } from "./codegen-command.js";
import { layoutOf, type ProjectOptions } from "./compile-project.js";
import { count } from "./count.js";
import { printDiagnostics } from "./print-diagnostics.js";
import { type Round, watchProject } from "./watch-project.js";

/**
 * `taskwright codegen --watch`: compiles at every change of a workflow file or a handler, until the process is ended.
 *
 * Nothing listens for Ctrl-C, so that it ends a long compilation too: what is being written is finished by the next run.
 */
export async function watch(options: ProjectOptions): Promise<never> {
  await watchProject(options, newsOnly());
  console.log(picocolors.dim(`Watching ${layoutOf(options).workflows}/. Ctrl-C ends it.`));
  return new Promise(() => undefined);
}

/** Prints a round, and only when it has found something else than the one before. On a terminal the one before is wiped away. */
export function newsOnly(): (round: Round) => void {
  let toldBefore: string | undefined;
  return (round) => {
    const state = round.kind === "failed" ? round.problem : JSON.stringify(round.diagnostics);
    const isNews = round.kind === "compiled" && round.changes.length > 0;
    if (!isNews && state === toldBefore) return;
    toldBefore = state;
    if (process.stdout.isTTY) process.stdout.write("\u001b[2J\u001b[3J\u001b[H");
    tellRound(round);
  };
}

function tellRound(round: Round): void {
  if (round.kind === "failed") {
    console.error(`taskwright: ${round.problem}`);
    return;
  }
  printDiagnostics(round.diagnostics, round.sources, "text");
  if (round.kind === "refused") return;
  for (const change of round.changes) console.log(describeChange(change));
  console.log(`${picocolors.green("✓")} ${describeCompiled(round)} ${round.ms} ms`);
}

/** What a compilation came to: `9 tasks: 3 files changed.` */
export function describeCompiled({ changes, tasks }: Extract<Round, { kind: "compiled" }>): string {
  const outcome = changes.length === 0 ? "nothing to do" : `${count(changes.length, "file")} changed`;
  return `${count(tasks, "task")}: ${outcome}.`;
}
