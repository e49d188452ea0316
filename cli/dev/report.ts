import picocolors from "picocolors";
import { newsOnly } from "../watch-command.js";
import type { Round } from "../watch-project.js";
import { formatLogLine } from "./log-line.js";
import { drawScreen, emptyScreen, type Screen } from "./screen.js";
import { describeWorker, type WorkerStatus } from "./supervise-worker.js";

/** Where things are. */
export interface DevPlaces {
  /** With the token, if it is a new one. */
  readonly dashboard: string;
  readonly store: string;
}

/** Tells whoever develops what happens. */
export interface DevReport {
  round(round: Round): void;
  worker(status: WorkerStatus): void;
  /** What the worker has printed. */
  line(line: string): void;
  /** The last word. */
  close(): void;
}

/** One screen on a terminal, and lines everywhere else. */
export function openReport(places: DevPlaces): DevReport {
  return process.stdout.isTTY ? screenReport(places) : lineReport(places);
}

function lineReport({ dashboard, store }: DevPlaces): DevReport {
  const say = (what: string, text: string) => console.log(`${what.padEnd(9)}  ${text}`);
  const tellRound = newsOnly();
  say("dashboard", dashboard);
  say("store", store);
  return {
    round: tellRound,
    worker: (status) => say("worker", describeWorker(status)),
    line: (line) => console.log(formatLogLine(line)),
    close: () => undefined,
  };
}

/** In the terminal's other buffer; what is on it last is left behind on the first one. */
function screenReport(places: DevPlaces): DevReport {
  const { stdout } = process;
  let screen: Screen = { ...emptyScreen, ...places };
  let isDue = false;
  const draw = () => drawScreen(screen, { columns: stdout.columns, rows: stdout.rows }, picocolors);
  const drawSoon = (change: Partial<Screen>) => {
    screen = { ...screen, ...change };
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      if (!isDue) return;
      isDue = false;
      stdout.write(`\u001b[H${draw().join("\u001b[K\n")}\u001b[J`);
    }, 30);
  };
  const redraw = () => drawSoon({});
  stdout.write("\u001b[?1049h\u001b[?25l");
  stdout.on("resize", redraw);
  redraw();
  return {
    round: (round) => drawSoon({ round, compiledAt: new Date() }),
    worker: (worker) => drawSoon({ worker, workerAt: new Date() }),
    line: (line) => drawSoon({ output: [...screen.output, ...formatLogLine(line).split("\n")].slice(-200) }),
    close() {
      isDue = false;
      stdout.off("resize", redraw);
      stdout.write(`\u001b[?25h\u001b[?1049l${draw().join("\n")}\n`);
    },
  };
}
