import { randomUUID } from "node:crypto";
import { SkipRetry } from "taskwright";
import { deferred } from "../support/project.js";
import type { ServedProject } from "./open-dashboard.js";

/** The payment that a stranger looks for. */
export const lostReference = "PO-2026-0117";

/**
 * A project in the middle of its day: jobs of every state, a worker that runs some, and a payout that failed since the bank
 * did not answer. `openBank` makes the bank answer.
 */
export async function populate({ tasks, work }: ServedProject) {
  let isBankOpen = false;
  const held = deferred();
  const payout = (reference: string) => ({
    reference,
    circle_id: randomUUID(),
    recipient_id: randomUUID(),
    amount: 12_500_000,
    round: 3,
  });
  const repayment = (n: number) => ({
    reference: `RP-2026-${1000 + n}`,
    loan_id: randomUUID(),
    borrower_id: randomUUID(),
    amount: 250_000 + n,
    instalment: (n % 12) + 1,
  });
  const dead: Promise<unknown>[] = [];
  const follow = (promise: Promise<unknown>) => void dead.push(promise.catch(() => undefined));

  const worker = await work(async (task, payload) => {
    if (task === "savings:process_payout" && !isBankOpen) {
      throw new SkipRetry(`The bank did not answer for ${payload.reference} within 10 s.`);
    }
    if (task === "notification:push" && payload.title === "held") await held.promise;
    if (task === "notification:sms" && payload.purpose === "otp")
      throw new Error(`${payload.phone} cannot be reached.`);
    if (task.startsWith("savings:process") || task.startsWith("loan") || task.startsWith("gig")) {
      return { transaction_id: "T-1", balance_after: 1_000 };
    }
    return undefined;
  });
  const timeout = "20s";
  for (let n = 0; n < 25; n += 1) {
    const job = await tasks.loan.processRepayment.enqueue(repayment(n));
    follow(tasks.loan.processRepayment.waitFor(job, { timeout }));
  }
  for (let n = 0; n < 12; n += 1) {
    const sms = { phone: `+23480123456${10 + n}`, message: "Your code is on its way.", purpose: "otp" } as const;
    const job = await tasks.notification.sms.enqueue(sms, { retries: 0 });
    follow(tasks.notification.sms.waitFor(job, { timeout }));
  }
  for (const reference of ["PO-2026-0116", lostReference, "PO-2026-0118"]) {
    const job = await tasks.savings.processPayout.enqueue(payout(reference));
    follow(tasks.savings.processPayout.waitFor(job, { timeout }));
  }
  await Promise.all(dead);
  const push = (title: string) => ({ user_id: randomUUID(), title, body: "Your contribution is due tomorrow." });
  for (let n = 0; n < 3; n += 1) await tasks.notification.push.enqueue(push("held"));
  for (let n = 0; n < 8; n += 1) {
    await tasks.notification.push.enqueue(push(`Reminder ${n + 1}`), { delay: `${n + 1}h` });
  }
  return {
    worker,
    /** Lets the jobs end that are held. */
    release: () => held.resolve(),
    openBank: () => {
      isBankOpen = true;
    },
  };
}
