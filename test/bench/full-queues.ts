import { randomUUID } from "node:crypto";
import { type Catalog, createTasks, createWorker, SkipRetry } from "taskwright";
import { catalog as project } from "../../generated/catalog.js";

const kept = { ageMs: 90 * 86_400_000, count: 1_000_000 };

/** A dead job is an error in the log, and here are many. */
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** The project of this repository, but that nothing trims its queues, runs by itself or keeps a record of each job. */
export const catalog: Catalog = {
  queues: project.queues,
  workflows: Object.fromEntries(
    Object.entries<Catalog["workflows"][string]>(project.workflows).map(([workflow, tasks]) => [
      workflow,
      Object.fromEntries(
        Object.entries(tasks).map(([name, { idempotency: _, unique: __, schedules: ___, ...task }]) => [
          name,
          { ...task, retention: { completed: kept, failed: kept } },
        ]),
      ),
    ]),
  ),
};

/** How many jobs of each state each of the three queues is to get. */
export interface JobCounts {
  readonly dead: number;
  readonly completed: number;
  readonly delayed: number;
  readonly waiting: number;
}

/** Of the jobs that were added, some to be looked for. */
export interface AddedJobs {
  /** In the middle of the dead. */
  readonly lost: { readonly id: string; readonly reference: string };
  /** Those of `low` that died first: the last of all pages. */
  readonly firstDead: readonly string[];
  readonly waiting: { readonly queue: string; readonly id: string };
}

/** Adds so many jobs to each of the three queues, and runs those that are to end. */
export async function fillQueues(url: string, counts: JobCounts): Promise<AddedJobs> {
  const tasks = createTasks(catalog, { connection: url, logger: silent });
  let made = 0;
  async function enqueue(count: number, options: { readonly delay?: string } = {}): Promise<string[][]> {
    const from = made;
    made += count;
    const ids: string[][] = [];
    for (const { workflow, task, payload } of fillers) {
      const own: string[] = [];
      for (let at = from; at < from + count; at += batchSize) {
        const length = Math.min(batchSize, from + count - at);
        const batch = Array.from({ length }, (_, n) => ({ payload: payload(at + n) as never, ...options }));
        own.push(...((await tasks[workflow]?.[task]?.enqueueMany(batch)) ?? []).map(({ id }) => id));
      }
      ids.push(own);
    }
    return ids;
  }

  const [critical = [], , low = []] = await enqueue(counts.dead);
  await runAll(url, counts.dead * fillers.length, () => {
    throw new SkipRetry("The bank did not answer within 10 s.");
  });
  await enqueue(counts.completed);
  await runAll(url, counts.completed * fillers.length, (workflow) =>
    workflow === "loan" ? { transaction_id: "T-1", balance_after: 1_000 } : undefined,
  );
  await enqueue(counts.delayed, { delay: "24h" });
  const [, , waiting = []] = await enqueue(counts.waiting);
  await tasks.close();
  const middle = Math.floor(counts.dead / 2);
  return {
    lost: { id: critical[middle] ?? "", reference: repayment(middle).reference },
    firstDead: low.slice(0, 100),
    waiting: { queue: "low", id: waiting.at(-1) ?? "" },
  };
}

const batchSize = 2_000;

/** One task a queue. */
const fillers = [
  { workflow: "loan", task: "processRepayment", payload: repayment },
  { workflow: "notification", task: "sms", payload: sms },
  { workflow: "notification", task: "push", payload: push },
];

async function runAll(url: string, total: number, handle: (workflow: string) => unknown): Promise<void> {
  if (total === 0) return;
  let left = total;
  const end = () => {
    left -= 1;
    if (left === 0) void worker.close();
  };
  const handlers = Object.fromEntries(
    Object.entries(catalog.workflows).map(([workflow, definitions]) => [
      workflow,
      Object.fromEntries(Object.keys(definitions).map((name) => [name, async () => handle(workflow)])),
    ]),
  );
  const hooks = { onSuccess: end, onDead: end };
  const worker = createWorker(catalog, handlers as never, { connection: url, concurrency: 100, logger: silent, hooks });
  await worker.run();
}

function repayment(n: number) {
  return {
    reference: `RP-2026-${1_000_000 + n}`,
    loan_id: randomUUID(),
    borrower_id: randomUUID(),
    amount: 250_000 + n,
    instalment: (n % 12) + 1,
  };
}

function sms(n: number) {
  return { phone: `+23480${10_000_000 + n}`, message: `Your code is ${n}.`, purpose: "otp" };
}

function push(n: number) {
  return { user_id: randomUUID(), title: `Reminder ${n}`, body: "Your contribution is due tomorrow." };
}
