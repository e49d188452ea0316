import Table from "cli-table3";
import { points } from "./points.js";
import type { Report } from "./run-proof.js";
import { subjects } from "./subjects.js";
import type { Verdict } from "./verdict.js";

/** Prints what happened to workers and Redis, a line a subject, and whether it is as promised. */
export function printReport({ verdicts, kills, killsAnywhere, stops, redisRestarts, tookMs, ...report }: Report): void {
  const killed = points.reduce((sum, point) => sum + kills[point], 0) + killsAnywhere;
  const at = points.map((point) => `${point} ${kills[point]}`).join(", ");
  const seconds = Math.round(tookMs / 1_000);
  console.log(
    `${seconds} s. ${killed} workers killed with kill -9 (${at}, anywhere ${killsAnywhere}), ${stops} stopped past their lease and continued; Redis killed ${redisRestarts} times.\n${tableOf(verdicts)}`,
  );
  for (const breach of report.breaches) console.log(`✗ ${breach}`);
  if (report.breaches.length === 0) console.log("✓ Every number that must be 0 is 0.");
}

/** Prints what several runs add up to. */
export function printSummary(reports: readonly Report[]): void {
  const sums = reports
    .map(({ verdicts }) => verdicts)
    .reduce((sum, each) => sum.map((one, n) => add(one, each[n] ?? one)));
  console.log(`\nAll ${reports.length} runs, seeds ${reports.map(({ seed }) => seed).join(", ")}:\n${tableOf(sums)}`);
}

function tableOf(verdicts: readonly Verdict[]): string {
  const table = new Table({
    head: ["", "payments", "jobs", "paid", "refused", "parked", "lost", "doubled"],
    colAligns: ["left", "right", "right", "right", "right", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  for (const { subject, payments, jobs, effects, refused, parked, lost, doubled } of verdicts) {
    table.push([subjects[subject].title, payments, jobs, effects, refused, parked, lost.length, doubled.length]);
  }
  return table.toString();
}

function add(one: Verdict, other: Verdict): Verdict {
  return {
    subject: one.subject,
    payments: one.payments + other.payments,
    jobs: one.jobs + other.jobs,
    effects: one.effects + other.effects,
    refused: one.refused + other.refused,
    parked: one.parked + other.parked,
    lost: [...one.lost, ...other.lost],
    doubled: [...one.doubled, ...other.doubled],
    misremembered: [...one.misremembered, ...other.misremembered],
  };
}
