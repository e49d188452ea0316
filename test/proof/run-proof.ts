import { setTimeout as wait } from "node:timers/promises";
import { type PlanSettings, paymentOf, planRounds, type Round } from "./plan.js";
import { type Order, type Point, points } from "./points.js";
import { randomFrom } from "./random.js";
import { readRecords, settleParked } from "./records.js";
import { openStage, type Stage } from "./stage.js";
import { dayMs, type Payment, subjectNames, subjects } from "./subjects.js";
import { breachesOf, judge, type Verdict } from "./verdict.js";

export interface ProofSettings extends PlanSettings {
  /** Worker processes at a time. */
  readonly workers: number;
  /** After that a run that has not come to rest is given up. */
  readonly patienceMs: number;
}

export interface Progress {
  /** Jobs that have ended, of those there are so far. */
  readonly ended: number;
  readonly jobs: number;
  /** Rounds begun. */
  readonly round: number;
  /** Workers killed or stopped. */
  readonly struck: number;
}

/** What a run has shown. */
export interface Report {
  readonly seed: number;
  readonly tookMs: number;
  readonly verdicts: readonly Verdict[];
  /** Workers killed at each point. */
  readonly kills: Readonly<Record<Point, number>>;
  readonly killsAnywhere: number;
  readonly stops: number;
  readonly redisRestarts: number;
  /** Sentences; empty: what is promised held. */
  readonly breaches: readonly string[];
}

/**
 * Makes payments while workers are killed and stopped and Redis is killed and started again, and judges by the ledger.
 *
 * Redis, the ledger and the workers are its own and are gone when it settles, also when `signal` aborts it.
 */
export async function runProof(
  settings: ProofSettings,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<Report> {
  const startedAt = Date.now();
  const rounds = planRounds(settings);
  const stage = await openStage(settings.workers, signal);
  try {
    const run = { stage, signal, endsBy: startedAt + settings.patienceMs, onProgress };
    const { payments, killsAnywhere } = await play(rounds, randomFrom(settings.seed + 1), run);
    await stage.force.replace();
    const parked = await settleAll(payments, run, rounds.length);
    const jobs = await stage.countJobs();
    const records = await readRecords(payments, stage);
    await stage.force.close();
    const ledger = stage.readLedger();
    const verdicts = subjectNames.map((subject) =>
      judge(subject, payments, ledger, {
        jobs: jobs?.[subject].ended ?? 0,
        parked: subject === "park" ? parked : 0,
        remembered: records[subject],
      }),
    );
    const { done } = stage.force;
    return {
      seed: settings.seed,
      tookMs: Date.now() - startedAt,
      verdicts,
      kills: killsByPoint(done),
      killsAnywhere,
      stops: done.filter((order) => order.signal === "SIGSTOP").length,
      redisRestarts: rounds.filter(({ restartsRedis }) => restartsRedis).length,
      breaches: [...verdicts.flatMap(breachesOf), ...notReached(rounds, done)],
    };
  } finally {
    await stage.close();
  }
}

interface Run {
  readonly stage: Stage;
  readonly signal: AbortSignal;
  readonly endsBy: number;
  readonly onProgress: (progress: Progress) => void;
}

interface Played {
  /** All that were asked for. */
  readonly payments: readonly Payment[];
  /** Workers that were killed wherever they were. */
  readonly killsAnywhere: number;
}

async function play(rounds: readonly Round[], random: () => number, run: Run): Promise<Played> {
  const { stage, signal } = run;
  const { force } = stage;
  const payments = rounds.flatMap((round) => round.payments);
  const late: { readonly dueAt: number; readonly payments: readonly Payment[] }[] = [];
  async function enqueueLate(until: number): Promise<void> {
    for (let next = late[0]; next !== undefined && next.dueAt <= until; next = late[0]) {
      await wait(Math.max(0, next.dueAt - Date.now()), undefined, { signal });
      await stage.enqueue(next.payments);
      late.shift();
    }
  }

  let killsAnywhere = 0;
  for (const [n, round] of rounds.entries()) {
    force.give(round.orders);
    const restarted = round.restartsRedis ? stage.restartRedis(random() * 300) : undefined;
    await stage.enqueue([...round.payments, ...round.duplicates]);
    for (let left = round.killsAnywhere; left > 0; left -= 1) {
      await wait(random() * 100);
      if (force.killAny(random)) killsAnywhere += 1;
    }
    await restarted;
    if (round.late.length > 0) late.push({ dueAt: Date.now() + 1.5 * dayMs, payments: round.late });
    await enqueueLate(Date.now());
    await untilLeft(round.payments.length * 3, n + 1, run);
  }
  await enqueueLate(Number.POSITIVE_INFINITY);
  // Whoever has not come to its point needs some more payments for it.
  while (force.open.length > 0) {
    const more = Array.from({ length: 10 }, (_, n) => paymentOf(payments.length + n + 1));
    payments.push(...more);
    await stage.enqueue(more);
    await untilLeft(10, rounds.length, run);
  }
  await untilLeft(0, rounds.length, run);
  return { payments, killsAnywhere };
}

/** Looks at the dead letter until nobody has to be asked again, as one does each day; resolves to how many were in it. */
async function settleAll(payments: readonly Payment[], run: Run, round: number): Promise<number> {
  let parked = 0;
  for (let isFirst = true; ; isFirst = false) {
    const { found, asked } = await settleParked(payments, run.stage);
    // Whoever was paid stays there.
    parked += isFirst ? found : asked;
    await untilLeft(0, round, run);
    if (asked === 0) return parked;
    if (Date.now() > run.endsBy) throw new Error(`The dead letter still holds ${asked} payments that were never made.`);
  }
}

/** Until no more than `most` jobs are left. */
async function untilLeft(most: number, round: number, { stage, signal, endsBy, onProgress }: Run): Promise<void> {
  for (;;) {
    const counts = await stage.countJobs();
    if (counts !== undefined) {
      const left = Object.values(counts).reduce((sum, each) => sum + each.left, 0);
      const ended = Object.values(counts).reduce((sum, each) => sum + each.ended, 0);
      onProgress({ ended, jobs: ended + left, round, struck: stage.force.done.length });
      if (left <= most) return;
    }
    const [fault] = stage.force.faults;
    if (fault !== undefined) throw new Error(fault);
    if (Date.now() > endsBy) throw new Error(`It didn't come to rest: ${JSON.stringify(counts)}`);
    await wait(150, undefined, { signal });
  }
}

function killsByPoint(done: readonly Order[]): Record<Point, number> {
  const at = (point: Point) => done.filter((order) => order.signal === "SIGKILL" && order.point === point).length;
  return Object.fromEntries(points.map((point) => [point, at(point)])) as Record<Point, number>;
}

/** A point at which no worker was killed shows nothing. */
function notReached(rounds: readonly Round[], done: readonly Order[]): string[] {
  const places = (orders: readonly Order[]) =>
    orders.map(({ subject, point, signal }) => `${subjects[subject].title}: ${signal} ${point}`);
  const reached = new Set(places(done));
  const planned = new Set(places(rounds.flatMap(({ orders }) => orders)));
  return [...planned].filter((place) => !reached.has(place)).map((place) => `${place} never happened`);
}
