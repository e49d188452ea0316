import Table from "cli-table3";
import type { Hooks } from "taskwright";

/** What happened to the jobs of one task. */
interface Score {
  enqueued: number;
  done: number;
  retried: number;
  dead: number;
  /** From due to start, of each first attempt, in ms. */
  readonly waits: number[];
}

/** Counts, by task, what a worker's hooks tell. */
export class Scoreboard {
  readonly #scores = new Map<string, Score>();
  readonly #names: readonly string[];

  constructor(tasks: readonly string[]) {
    this.#names = tasks;
  }

  readonly hooks: Hooks = {
    onStart: ({ task, attempt, dueAt, startedAt }) => {
      if (attempt === 1) this.of(task).waits.push(Math.max(0, startedAt - dueAt));
    },
    onSuccess: ({ task }) => {
      this.of(task).done += 1;
    },
    onFailure: ({ task }) => {
      this.of(task).retried += 1;
    },
    // The last failure is no retry.
    onDead: ({ task }) => {
      this.of(task).retried -= 1;
      this.of(task).dead += 1;
    },
  };

  of(task: string): Score {
    const known = this.#scores.get(task);
    if (known !== undefined) return known;
    const score: Score = { enqueued: 0, done: 0, retried: 0, dead: 0, waits: [] };
    this.#scores.set(task, score);
    return score;
  }

  /** Jobs that have ended, either way. */
  ended(): number {
    return [...this.#scores.values()].reduce((sum, { done, dead }) => sum + done + dead, 0);
  }

  /** A line a task, and a sum. */
  table(): string {
    const table = new Table({
      head: ["task", "enqueued", "done", "retried", "dead", "waiting", "p50 ms", "p95 ms"],
      colAligns: ["left", "right", "right", "right", "right", "right", "right", "right"],
      style: { head: [], border: [] },
    });
    const rows = this.#names.map((name) => ({ name, score: this.of(name) }));
    for (const { name, score } of rows) table.push(row(name, score));
    table.push(row("all", sum(rows.map(({ score }) => score))));
    return table.toString();
  }
}

function row(name: string, score: Score): (string | number)[] {
  const { enqueued, done, retried, dead, waits } = score;
  return [name, enqueued, done, retried, dead, enqueued - done - dead, percentile(waits, 0.5), percentile(waits, 0.95)];
}

function sum(scores: readonly Score[]): Score {
  const total = (count: (score: Score) => number) => scores.reduce((all, score) => all + count(score), 0);
  return {
    enqueued: total((score) => score.enqueued),
    done: total((score) => score.done),
    retried: total((score) => score.retried),
    dead: total((score) => score.dead),
    waits: scores.flatMap((score) => score.waits),
  };
}

function percentile(values: readonly number[], share: number): string {
  if (values.length === 0) return "–";
  const sorted = [...values].sort((a, b) => a - b);
  return String(Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0));
}
