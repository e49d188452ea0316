import { createTasks } from "./expected/generated/index.js";
import type { ContributionReminderHandler, ProcessContributionHandler } from "./expected/generated/savings.js";
import { createWorker } from "./expected/generated/worker.js";

const tasks = createTasks({ connection: "redis://127.0.0.1:6379" });
const reminder = { circle_id: "6f1c…", amount: 500_000, due_date: "2026-12-01T08:00:00Z" };

await tasks.savings.contributionReminder.enqueue(reminder);
await tasks.savings.contributionReminder.enqueue(reminder, { delay: "24h", retries: 0, priority: "high" });
await tasks.savings.closeStaleCircles.enqueue();
const job = await tasks.savings.processContribution.enqueue({ reference: "C-1", amount: 1 });
const texts: string[] = [job.id, job.queue, job.name];
const isCopy: boolean = job.deduplicated;
const result: { transaction_id: string } = await tasks.savings.processContribution.waitFor(job, { timeout: 5_000 });
const stored = await tasks.savings.processContribution.get(job.id);
const amount: number | undefined = stored?.payload.amount;
const outcome: "cancelled" | "cancelling" | "ended" | "unknown" = await tasks.savings.processContribution.cancel(job.id);
await tasks.close();

// @ts-expect-error A payload lacks a required field.
await tasks.savings.contributionReminder.enqueue({ circle_id: "6f1c…", amount: 500_000 });
// @ts-expect-error Money is a number.
await tasks.savings.processContribution.enqueue({ reference: "C-1", amount: "1" });
// @ts-expect-error A closed object takes no field that it doesn't declare.
await tasks.savings.processContribution.enqueue({ reference: "C-1", amount: 1, currency: "NGN" });
// @ts-expect-error A task without payload takes none.
await tasks.savings.closeStaleCircles.enqueue({ force: true });
// @ts-expect-error There is no such option.
await tasks.savings.contributionReminder.enqueue(reminder, { dely: "24h" });
// @ts-expect-error There is no such task.
tasks.savings.contributionReminders;

export const remind: ContributionReminderHandler = async (payload, job) => {
  const amount: number = payload.amount;
  await job.log(`Attempt ${job.attempt} for ${amount}`);
  job.signal.throwIfAborted();
  const next = await job.tasks.savings.processContribution.enqueue({ reference: payload.circle_id, amount });
  const { transaction_id } = await job.tasks.savings.processContribution.waitFor(next, { timeout: "30s" });
  // @ts-expect-error The payload of another task fits its contract here too.
  await job.tasks.savings.processContribution.enqueue({ reference: transaction_id });
  // @ts-expect-error The client is the worker's to close.
  await job.tasks.close();
};
export const process: ProcessContributionHandler = async ({ reference }) => ({ transaction_id: reference });

// @ts-expect-error The handler returns what the contract says.
export const wrongResult: ProcessContributionHandler = async () => ({ transaction: "T-1" });
// @ts-expect-error The payload has no such field.
export const wrongField: ContributionReminderHandler = async (payload) => payload.circleId;

const worker = createWorker({ connection: "embedded:", concurrency: 10 });
await worker.run();
export const unused = [texts, isCopy, result, amount, outcome];
