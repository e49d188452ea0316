import picocolors from "picocolors";
import type { Operations, QueueView, Stats, WorkerPresence } from "../runtime/operate/index.js";
import { count } from "./count.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import { type OperateOptions, operate } from "./operate-project.js";
import { type Column, drawTable } from "./print-table.js";
import { describeCounts, describeStore, statsColumns } from "./stats-command.js";
import { timeOf } from "./time-words.js";
import { UsageError } from "./usage-error.js";
import { workerColumns } from "./workers-command.js";

export interface TopOptions extends Omit<OperateOptions, "json"> {
  /** Between two looks. */
  readonly every: number;
}

/** `taskwright top`: a live screen, in the terminal's other buffer, until `q` or Ctrl-C. */
export function top(options: TopOptions): Promise<ExitCode> {
  if (!process.stdout.isTTY || !process.stdin.isTTY) {
    throw new UsageError("`top` draws on a terminal. For a program: taskwright stats --json.");
  }
  return operate({ ...options, json: false }, async (operations) => {
    const screen = openScreen();
    try {
      while (!screen.isLeft()) {
        screen.draw(await look(operations));
        await screen.wait(options.every);
      }
    } finally {
      // Also when Redis has gone: its error is told on the screen that was there before.
      screen.close();
    }
    return exitCodes.fine;
  });
}

async function look(operations: Operations): Promise<Frame> {
  const [stats, workers] = await Promise.all([operations.stats(), operations.workers()]);
  return { stats, workers, now: Date.now() };
}

interface Frame {
  readonly stats: Stats;
  readonly workers: readonly WorkerPresence[];
  readonly now: number;
}

/** What is on the screen, no line longer than `width`. */
function frameLines({ stats, workers, now }: Frame, width: number): string[] {
  const running = workers.reduce((sum, worker) => sum + worker.runningCount, 0);
  const slots = workers.reduce((sum, worker) => sum + worker.concurrency, 0);
  return [
    `${picocolors.bold("taskwright top")}  ${timeOf(now)} UTC  ${picocolors.dim("q leaves")}`,
    describeStore(stats.store),
    describeCounts(stats),
    "",
    ...draw(statsColumns(stats), busiestFirst(stats.queues), width),
    "",
    `${count(workers.length, "worker")}, ${running} of ${count(slots, "slot")} taken`,
    ...(workers.length === 0 ? [] : draw(workerColumns(now), workers, width)),
  ];
}

function draw<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): string[] {
  return drawTable(columns, rows, width).split("\n");
}

function busiestFirst(queues: readonly QueueView[]): readonly QueueView[] {
  return queues.toSorted((a, b) => (b.weight ?? 0) - (a.weight ?? 0));
}

interface Screen {
  draw(frame: Frame): void;
  /** Resolves after `ms`, or as soon as somebody leaves. */
  wait(ms: number): Promise<void>;
  isLeft(): boolean;
  close(): void;
}

/** Raw mode hands Ctrl-C and Ctrl-D over as characters. */
const leaving: ReadonlySet<string> = new Set(["q", "Q", "\u0003", "\u0004"]);

const enter = "\u001b[?1049h\u001b[?25l";
const leave = "\u001b[?25h\u001b[?1049l";

function openScreen(): Screen {
  const { stdin, stdout } = process;
  let hasLeft = false;
  let latest: Frame | undefined;
  let wake: () => void = () => undefined;
  const go = () => {
    hasLeft = true;
    wake();
  };
  const onKey = (key: Buffer) => {
    if ([...key.toString()].some((pressed) => leaving.has(pressed))) go();
  };
  const redraw = () => {
    if (latest !== undefined) write(latest);
  };
  // Whatever else ends the process leaves a terminal that can be used.
  const restore = () => {
    stdout.write(leave);
    if (stdin.isTTY) stdin.setRawMode(false);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  stdin.setRawMode(true);
  stdin.on("data", onKey).resume();
  stdout.on("resize", redraw).write(enter);
  process.on("exit", restore);
  for (const signal of signals) process.on(signal, go);

  function write(frame: Frame): void {
    const { columns = 80, rows = 24 } = stdout;
    const lines = frameLines(frame, columns).slice(0, rows - 1);
    // Each line is cleared as it is written, which doesn't flicker.
    stdout.write(`\u001b[H${lines.map((line) => `${line}\u001b[K`).join("\r\n")}\u001b[J`);
  }

  return {
    draw(frame) {
      latest = frame;
      write(frame);
    },
    wait: (ms) =>
      new Promise((resolve) => {
        if (hasLeft) return resolve();
        const timer = setTimeout(resolve, ms);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    isLeft: () => hasLeft,
    close() {
      stdin.off("data", onKey).pause();
      stdout.off("resize", redraw);
      process.off("exit", restore);
      for (const signal of signals) process.off(signal, go);
      restore();
    },
  };
}
