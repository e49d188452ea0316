import Table from "cli-table3";
import type { AttemptNews, JobCounts } from "./news.js";

/** What happened to the jobs of one task. */
interface Score {
  enqueued: number;
  done: number;
  /** Of those done: duplicates, which completed with the result of another job and were not run. */
  duplicates: number;
  retried: number;
  dead: number;
  /** From due to start, of each first attempt, in ms. */
  readonly waits: number[];
}

/** Counts, by task, what the hooks of one worker after another tell. */
export class Scoreboard {
  readonly #scores = new Map<string, Score>();
  readonly #names: readonly string[];
  /** Jobs whose handler was called. */
  readonly #started = new Set<string>();

  constructor(tasks: readonly string[]) {
    this.#names = tasks;
  }

  hear({ event, task, jobId, waitedMs }: AttemptNews): void {
    const score = this.of(task);
    const id = `${task} ${jobId}`;
    switch (event) {
      case "started":
        if (waitedMs !== undefined && !this.#started.has(id)) score.waits.push(waitedMs);
        this.#started.add(id);
        return;
      case "succeeded":
        score.done += 1;
        if (!this.#started.has(id)) score.duplicates += 1;
        return;
      case "failed":
        score.retried += 1;
        return;
      case "died":
        // The last failure is no retry.
        score.retried -= 1;
        score.dead += 1;
    }
  }

  /** Takes the store's own word for how many jobs there are, and how they ended. */
  count(counts: Readonly<Record<string, JobCounts>>): void {
    for (const [task, count] of Object.entries(counts)) Object.assign(this.of(task), count);
  }

  of(task: string): Score {
    const known = this.#scores.get(task);
    if (known !== undefined) return known;
    const score: Score = { enqueued: 0, done: 0, duplicates: 0, retried: 0, dead: 0, waits: [] };
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
      head: ["task", "enqueued", "done", "not run", "retried", "dead", "waiting", "p50 ms", "p95 ms"],
      colAligns: ["left", ...Array.from({ length: 8 }, () => "right" as const)],
      style: { head: [], border: [] },
    });
    const rows = this.#names.map((name) => ({ name, score: this.of(name) }));
    for (const { name, score } of rows) table.push(row(name, score));
    table.push(row("all", sum(rows.map(({ score }) => score))));
    return table.toString();
  }
}

function row(name: string, score: Score): (string | number)[] {
  const { enqueued, done, duplicates, retried, dead, waits } = score;
  const waiting = enqueued - done - dead;
  return [name, enqueued, done, duplicates, retried, dead, waiting, percentile(waits, 0.5), percentile(waits, 0.95)];
}

function sum(scores: readonly Score[]): Score {
  const total = (count: (score: Score) => number) => scores.reduce((all, score) => all + count(score), 0);
  return {
    enqueued: total((score) => score.enqueued),
    done: total((score) => score.done),
    duplicates: total((score) => score.duplicates),
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
