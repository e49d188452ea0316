import { type Order, type Point, pointsOf } from "./points.js";
import { randomFrom, shuffled } from "./random.js";
import { type Payment, type SubjectName, subjectNames } from "./subjects.js";

/** How much of everything a run has. */
export interface PlanSettings {
  /** Of each subject. */
  readonly payments: number;
  /** The same seed makes the same plan. When things happen is for the machine to say. */
  readonly seed: number;
  readonly rounds: number;
  /** Workers killed at a point of a subject. */
  readonly killsAt: (subject: SubjectName, point: Point) => number;
  /** Workers stopped for longer than a lease before, and after, the effect of a subject. */
  readonly stopsAt: (subject: SubjectName) => number;
  /** Workers killed wherever they are. */
  readonly killsAnywhere: number;
  readonly redisRestarts: number;
  /** Whether some duplicates come a day after the payment. */
  readonly hasLateDuplicates: boolean;
}

/** What a run does, round by round. */
export interface Round {
  /** Asked for in this round, for every subject alike. */
  readonly payments: readonly Payment[];
  /** Asked for once more, at once: of this round or of the one before. */
  readonly duplicates: readonly Payment[];
  /** Asked for once more, a day later. */
  readonly late: readonly Payment[];
  readonly orders: readonly Order[];
  readonly killsAnywhere: number;
  readonly restartsRedis: boolean;
}

/** Draws a plan. Pure. */
export function planRounds(settings: PlanSettings): Round[] {
  const random = randomFrom(settings.seed);
  const payments = Array.from({ length: settings.payments }, (_, n) => paymentOf(n + 1));
  const struck = Math.max(1, Math.floor(settings.rounds * 0.85));
  const orders = planOrders(settings, random);
  const batches = inRounds(payments, settings.rounds);
  return batches.map((batch, n) => {
    const recent = [...batch, ...(batches[n - 1] ?? [])];
    return {
      payments: batch,
      duplicates: shuffled(recent, random).slice(0, Math.ceil(batch.length / 5)),
      late: settings.hasLateDuplicates && n < settings.rounds / 2 ? batch.filter(() => random() < 0.05) : [],
      orders: n < struck ? (inRounds(orders, struck)[n] ?? []) : [],
      killsAnywhere: countIn(n, struck, settings.killsAnywhere),
      restartsRedis: countIn(n, struck, settings.redisRestarts) > 0,
    };
  });
}

/** The payment number `n`. */
export function paymentOf(n: number): Payment {
  return { reference: `P-${String(n).padStart(6, "0")}`, kobo: 100 * n };
}

function planOrders({ killsAt, stopsAt }: PlanSettings, random: () => number): Order[] {
  const kills = subjectNames.flatMap((subject) =>
    pointsOf(subject).flatMap((point) =>
      repeat(killsAt(subject, point), { subject, point, signal: "SIGKILL" as const }),
    ),
  );
  const stops = subjectNames.flatMap((subject) =>
    (["before effect", "after effect"] as const).flatMap((point) =>
      repeat(stopsAt(subject), { subject, point, signal: "SIGSTOP" as const }),
    ),
  );
  return shuffled([...kills, ...stops], random).map((order, id) => ({ id, ...order }));
}

function repeat<T>(times: number, value: T): T[] {
  return Array.from({ length: times }, () => value);
}

/** The values in `count` parts of about the same length. */
function inRounds<T>(values: readonly T[], count: number): T[][] {
  return Array.from({ length: count }, (_, n) =>
    values.slice(Math.floor((n * values.length) / count), Math.floor(((n + 1) * values.length) / count)),
  );
}

/** How many of `events`, spread evenly over `rounds`, fall into round `n`. */
function countIn(n: number, rounds: number, events: number): number {
  if (n >= rounds) return 0;
  return Math.floor(((n + 1) * events) / rounds) - Math.floor((n * events) / rounds);
}
