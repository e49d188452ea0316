import type { Tasks } from "../generated/index.js";
import { closedAccount } from "./outside-world.js";

/** Hours of the day; the demo lets each pass in a fraction of a second. */
export const hours = 24;

/** Enqueues what happens in one hour, and says how many jobs that was. */
export async function enqueueHour(tasks: Tasks, hour: number): Promise<number> {
  const busy = hour >= 7 && hour <= 21 ? 1.4 : 0.35;
  const few = (perHour: number) => Math.round(perHour * busy);
  const made = await Promise.all([
    enqueueContributions(tasks, hour, few(9)),
    enqueuePayouts(tasks, hour, few(3)),
    enqueueEscrows(tasks, hour, few(5)),
    enqueueRepayments(tasks, hour, few(6)),
    enqueuePushes(tasks, hour, few(11)),
    enqueueTexts(tasks, hour, few(6)),
    enqueueReminders(tasks, hour, few(0.8)),
    hour === 9 ? enqueueTrouble(tasks) : 0,
    hour === 10 ? enqueueDuplicates(tasks) : 0,
    hour === 13 ? enqueueTwinOfSlow(tasks) : 0,
  ]);
  return made.reduce((sum, count) => sum + count, 0);
}

async function enqueueContributions(tasks: Tasks, hour: number, count: number): Promise<number> {
  const jobs = numbers(count).map((n) => ({ payload: contribution(hour, n) }));
  return (await tasks.savings.processContribution.enqueueMany(jobs)).length;
}

function contribution(hour: number, n: number) {
  return {
    reference: reference("CTR", hour, n),
    circle_id: id("c1", n % 7),
    user_id: id("a1", hour * 50 + n),
    amount: 500_000,
  };
}

async function enqueuePayouts(tasks: Tasks, hour: number, count: number): Promise<number> {
  const jobs = numbers(count).map((n) => ({
    payload: {
      reference: reference("PAY", hour, n),
      circle_id: id("c1", n % 7),
      recipient_id: id("a1", hour * 50 + n),
      amount: 6_000_000,
      round: hour + 1,
    },
  }));
  return (await tasks.savings.processPayout.enqueueMany(jobs)).length;
}

async function enqueueEscrows(tasks: Tasks, hour: number, count: number): Promise<number> {
  const jobs = numbers(count).map((n) => ({ payload: escrow(hour, n) }));
  return (await tasks.gig.escrowRelease.enqueueMany(jobs)).length;
}

function escrow(hour: number, n: number) {
  const released = ["client", "client", "client", "expiry", "dispute"] as const;
  return {
    reference: reference("ESC", hour, n),
    contract_id: id("e5", hour * 50 + n),
    worker_id: id("a1", n),
    amount: 1_250_000,
    released_by: released[n % released.length] ?? "client",
  };
}

async function enqueueRepayments(tasks: Tasks, hour: number, count: number): Promise<number> {
  const jobs = numbers(count).map((n) => ({
    payload: {
      reference: reference("REP", hour, n),
      loan_id: id("10", hour * 50 + n),
      borrower_id: id("a1", n),
      amount: 800_000,
      instalment: (n % 12) + 1,
      ...(n % 5 === 0 ? { penalty: 40_000 } : {}),
    },
  }));
  return (await tasks.loan.processRepayment.enqueueMany(jobs)).length;
}

/** One by one, as a request handler does. */
async function enqueuePushes(tasks: Tasks, hour: number, count: number): Promise<number> {
  const title = hour < 12 ? "Good morning" : "Your day";
  const jobs = numbers(count).map((n) =>
    tasks.notification.push.enqueue({ user_id: id("a1", n), title, body: `You have ${n + 1} new gigs at ${hour}:00.` }),
  );
  return (await Promise.all(jobs)).length;
}

/** A third of them a little later, so that nobody is woken by two at once. */
async function enqueueTexts(tasks: Tasks, hour: number, count: number): Promise<number> {
  const jobs = numbers(count).map((n) => {
    const phone = `+23480${String(10_000_000 + hour * 1000 + n)}`;
    const message = `Your code is ${100_000 + hour * 777 + n}.`;
    return tasks.notification.sms.enqueue({ phone, message, purpose: "otp" }, n % 3 === 0 ? { delay: "1s500ms" } : {});
  });
  return (await Promise.all(jobs)).length;
}

/** They wait 24 hours, as their file declares: the demo ends before they run. */
async function enqueueReminders(tasks: Tasks, hour: number, count: number): Promise<number> {
  const jobs = numbers(count).map((n) =>
    tasks.savings.contributionReminder.enqueue({
      circle_id: id("c1", n),
      user_id: id("a1", hour * 50 + n),
      amount: 500_000,
      due_date: "2026-12-01T08:00:00Z",
      reminder_number: 1,
    }),
  );
  return (await Promise.all(jobs)).length;
}

/** A payout to a member whose account is closed. It ends in the dead letter, with its reason. */
async function enqueueTrouble(tasks: Tasks): Promise<number> {
  await tasks.savings.processPayout.enqueue({
    reference: reference("PAY", 9, 999),
    circle_id: id("c1", 1),
    recipient_id: closedAccount,
    amount: 6_000_000,
    round: 10,
  });
  return 1;
}

/** An app whose connection broke asks again for what it had asked for at nine, and one asks with another amount. */
async function enqueueDuplicates(tasks: Tasks): Promise<number> {
  const again = numbers(10).map((n) => ({ payload: contribution(9, n) }));
  const other = { payload: { ...contribution(9, 10), amount: 600_000 } };
  return (await tasks.savings.processContribution.enqueueMany([...again, other])).length;
}

/** The client of the escrow whose release nobody has heard of presses the button again. */
async function enqueueTwinOfSlow(tasks: Tasks): Promise<number> {
  await tasks.gig.escrowRelease.enqueue(escrow(12, 0));
  return 1;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

function reference(prefix: string, hour: number, n: number): string {
  return `${prefix}-${String(hour).padStart(2, "0")}-${String(n).padStart(4, "0")}`;
}

/** A UUID that is the same in every run. */
function id(kind: string, n: number): string {
  return `${kind.padEnd(8, "0")}-0000-4000-8000-${String(n).padStart(12, "0")}`;
}
