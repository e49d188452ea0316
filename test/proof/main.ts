import progress from "cli-progress";
import { Command, InvalidArgumentError } from "commander";
import { printReport, printSummary } from "./print-report.js";
import { type Progress, type ProofSettings, type Report, runProof } from "./run-proof.js";
import { subjects } from "./subjects.js";

/*
 * npm run proof -- --help
 *
 * Exit codes: 0 what is promised held, 1 it did not, 2 wrong usage, 130 interrupted.
 */

const abort = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => abort.abort());

const program = new Command("proof")
  .description(
    `Makes payments while their workers are killed (kill -9) before and after each step, stopped past their lease and
continued, and Redis is killed and started again; then counts what a ledger outside Redis was asked to pay.

It starts a Redis of its own, which writes each command to disk before it answers, a ledger and workers, each a process,
and leaves nothing behind. The same workers also run the pattern "SETNX, then work" beside it, for comparison.`,
  )
  .option("--payments <n>", "payments of each kind", whole, 2_000)
  .option("--seed <n>", "draws who is struck when, and which payments are asked for twice", whole, Date.now() % 100_000)
  .option("--runs <n>", "runs one after another, each with the next seed", whole, 1)
  .addHelpText("after", "\nExit codes: 0 what is promised held, 1 it did not, 2 wrong usage, 130 interrupted.")
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

const { payments, seed, runs } = program.parse().opts<{ payments: number; seed: number; runs: number }>();
const reports: Report[] = [];
try {
  for (let run = 0; run < runs; run += 1) {
    const settings = settingsOf(payments, seed + run);
    const bar = startBar(run, runs, settings);
    const report = await runProof(settings, abort.signal, bar.update).finally(bar.stop);
    reports.push(report);
    printReport(report);
  }
  if (runs > 1) printSummary(reports);
  process.exitCode = reports.every(({ breaches }) => breaches.length === 0) ? 0 : 1;
} catch (error) {
  if (!abort.signal.aborted) throw error;
  if (reports.length > 1) printSummary(reports);
  console.error("Interrupted: all processes and files of it are gone.");
  process.exitCode = 130;
}

function settingsOf(payments: number, seed: number): ProofSettings {
  const share = Math.min(1, payments / 2_000);
  const most = (count: number) => Math.max(1, Math.round(count * share));
  return {
    payments,
    seed,
    rounds: most(40),
    killsAt: (subject) => (subjects[subject].honours === "neither" ? 1 : most(2)),
    stopsAt: () => most(1),
    killsAnywhere: most(8),
    redisRestarts: most(4),
    hasLateDuplicates: true,
    workers: 4,
    patienceMs: 120_000 + payments * 300,
  };
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("Give a whole number from 1.");
  return value;
}

/** A live line on a terminal; a line a quarter of the rounds in a pipe. */
function startBar(run: number, runs: number, { payments, seed, rounds }: ProofSettings) {
  const title = `Run ${run + 1} of ${runs}, seed ${seed}: ${payments} payments in each of five ways`;
  if (process.stdout.isTTY !== true) {
    console.log(`${title} …`);
    let told = 0;
    return {
      update({ round, ended, jobs, struck }: Progress) {
        const quarter = Math.floor((4 * round) / rounds);
        if (quarter > told) console.log(`${quarter}/4: ${ended} of ${jobs} jobs ended, ${struck} workers struck`);
        told = quarter;
      },
      stop: () => undefined,
    };
  }
  console.log(title);
  const format = "|{bar}| {ended} of {jobs} jobs ended, {struck} workers struck, {duration} s";
  const bar = new progress.SingleBar({ format, barsize: 30, hideCursor: true }, progress.Presets.shades_classic);
  bar.start(rounds, 0, { ended: 0, jobs: 0, struck: 0 });
  return {
    update: ({ round, ...rest }: Progress) => bar.update(round, rest),
    stop: () => bar.stop(),
  };
}
