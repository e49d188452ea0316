import { stripVTControlCharacters } from "node:util";
import type picocolors from "picocolors";
import { formatText } from "../../codegen/index.js";
import { count } from "../count.js";
import { describeCompiled } from "../watch-command.js";
import type { Round } from "../watch-project.js";
import { describeWorker, type WorkerStatus } from "./supervise-worker.js";

/** What is on the screen of `taskwright dev`. */
export interface Screen {
  readonly dashboard: string;
  readonly store: string;
  readonly round: Round | undefined;
  readonly compiledAt: Date | undefined;
  readonly worker: WorkerStatus | undefined;
  readonly workerAt: Date | undefined;
  /** The last lines that the worker has printed. */
  readonly output: readonly string[];
}

/** Before anything has happened. */
export const emptyScreen: Screen = {
  dashboard: "",
  store: "",
  round: undefined,
  compiledAt: undefined,
  worker: undefined,
  workerAt: undefined,
  output: [],
};

type Colors = ReturnType<typeof picocolors.createColors>;

/** The lines of the screen: no more than `rows`, none longer than `columns`. Faults come before what was printed. */
export function drawScreen(
  screen: Screen,
  { columns, rows }: { readonly columns: number; readonly rows: number },
  colors: Colors,
): string[] {
  const [compiled, faults] = describeRound(screen.round, colors);
  const [worker = "", ...problem] = screen.worker === undefined ? [] : describeWorker(screen.worker).split("\n");
  const head = [
    `${colors.bold("taskwright dev")}  ${colors.dim("Ctrl-C ends it")}`,
    "",
    line(markOfRound(screen.round, colors), "compiled", compiled, screen.compiledAt),
    line(markOfWorker(screen.worker, colors), "worker", worker, screen.workerAt),
    line(" ", "dashboard", screen.dashboard),
    line(" ", "store", screen.store),
    ...section([...problem, ...faults]),
  ].slice(0, rows);
  const left = Math.max(0, rows - head.length - 1);
  const output = screen.output.length === 0 || left < 2 ? [] : ["", ...screen.output.slice(-(left - 1))];
  return [...head, ...output].map((text) => cut(text, columns));
}

function section(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", ...lines];
}

function line(mark: string, what: string, text: string, at?: Date): string {
  const time = at === undefined ? "" : `  ${at.toTimeString().slice(0, 8)}`;
  return `${mark} ${what.padEnd(9)}  ${text}${time}`;
}

function describeRound(round: Round | undefined, colors: Colors): readonly [string, readonly string[]] {
  if (round === undefined) return ["", []];
  if (round.kind === "failed") return [round.problem, []];
  const errors = round.diagnostics.filter(({ severity }) => severity === "error").length;
  const faults =
    round.diagnostics.length === 0 ? [] : formatText(round.diagnostics, round.sources, colors).trimEnd().split("\n");
  const outcome =
    round.kind === "compiled" ? describeCompiled(round) : `${count(errors, "error")}: nothing was written.`;
  return [`${outcome} ${round.ms} ms`, faults];
}

function markOfRound(round: Round | undefined, { green, red, dim }: Colors): string {
  if (round === undefined) return dim("·");
  return round.kind === "compiled" ? green("✓") : red("✗");
}

function markOfWorker(status: WorkerStatus | undefined, { green, red, dim }: Colors): string {
  switch (status?.kind) {
    case "running":
      return green("✓");
    case "failed":
      return red("✗");
    default:
      return dim("·");
  }
}

/** A line that is too long loses its colours with its end. */
function cut(text: string, columns: number): string {
  const plain = stripVTControlCharacters(text);
  return plain.length <= columns ? text : `${plain.slice(0, Math.max(0, columns - 1))}…`;
}
