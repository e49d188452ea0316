import {
  type Catalog,
  createTasks,
  createWorker,
  defineTask,
  type EnqueuedJob,
  type Handler,
  stub,
  type TaskClient,
  type TasksLifetime,
  type TasksOptions,
  type Worker,
  type WorkerOptions,
} from "taskwright";

/*
 * Nothing here is ever run: the compiler is the test. `@ts-expect-error` marks what a user must not be able to write.
 */

const settings = {
  version: 1,
  queue: "default",
  retries: 3,
  backoff: { type: "exponential", delayMs: 1_000, maxMs: 3_600_000, jitter: 0.2 },
  timeoutMs: 30_000,
  retention: { completed: { ageMs: 1, count: 1 }, failed: { ageMs: 1, count: 1 } },
} as const;

interface ReminderPayload {
  circle_id: string;
  note?: string;
}
interface DebitResult {
  transaction_id: string;
}
const remind = defineTask<ReminderPayload>({ ...settings, name: "savings:remind" });
const debit = defineTask<{ amount: number }, DebitResult>({ ...settings, name: "savings:debit" });
const sweep = defineTask({ ...settings, name: "savings:sweep" });
const catalog = {
  queues: { default: { weight: 1 } },
  workflows: { savings: { remind, debit, sweep } },
} as const satisfies Catalog;

/** As generated code declares it. */
interface SavingsTasks {
  remind: TaskClient<ReminderPayload>;
  debit: TaskClient<{ amount: number }, DebitResult>;
  sweep: TaskClient;
}
interface Tasks extends TasksLifetime {
  savings: SavingsTasks;
}

/** The generated functions: no cast between what the runtime returns and what they promise. */
function createProjectTasks(options: TasksOptions): Tasks {
  return createTasks(catalog, options);
}
function createProjectWorker(options: WorkerOptions): Worker {
  return createWorker(catalog, { savings: { remind: stub, debit: stub, sweep: stub } }, options);
}

const handlers = {
  remind: (async (payload, job) => job.log(payload.circle_id)) satisfies Handler<Tasks, ReminderPayload>,
  debit: (async ({ amount }) => ({ transaction_id: String(amount) })) satisfies Handler<
    Tasks,
    { amount: number },
    DebitResult
  >,
  sweep: (async () => undefined) satisfies Handler<Tasks>,
};

export async function enqueue(): Promise<void> {
  const { savings, close } = createProjectTasks({ connection: process.env.REDIS_URL });
  const job: EnqueuedJob = await savings.remind.enqueue({ circle_id: "c" });
  await savings.remind.enqueue({ circle_id: job.id });
  await savings.remind.enqueue({ circle_id: "c", note: "n" }, { delay: "24h", priority: "high", headers: { a: "b" } });
  await savings.remind.enqueueMany([{ payload: { circle_id: "c" }, id: "one" }]);
  await savings.sweep.enqueue();
  await savings.sweep.enqueue(undefined, { at: new Date() });
  await savings.sweep.enqueueMany([{}, { delay: 5 }]);
  // @ts-expect-error: the payload is missing.
  await savings.remind.enqueue();
  // @ts-expect-error: a field is missing.
  await savings.remind.enqueue({});
  // @ts-expect-error: the contract has no such field.
  await savings.remind.enqueue({ circle_id: "c", user: "u" });
  // @ts-expect-error: the task takes no payload.
  await savings.sweep.enqueue({});
  // @ts-expect-error: there is no such option.
  await savings.sweep.enqueue(undefined, { retrys: 1 });
  // @ts-expect-error: an entry of many needs its payload.
  await savings.remind.enqueueMany([{ id: "one" }]);
  // @ts-expect-error: there is no such task.
  await savings.remnid.enqueue();
  await close();
}

export function work(options: WorkerOptions): readonly Worker[] {
  const { remind: _, ...incomplete } = handlers;
  return [
    createProjectWorker(options),
    createWorker(catalog, { savings: handlers }, options),
    // @ts-expect-error: a task has no handler.
    createWorker(catalog, { savings: incomplete }, options),
    // @ts-expect-error: a handler's result doesn't fit its contract.
    createWorker(catalog, { savings: { ...handlers, debit: async () => ({ id: 1 }) } }, options),
    createWorker(
      catalog,
      // @ts-expect-error: a handler asks for a payload that its task doesn't have.
      { savings: { ...handlers, remind: async (payload: { other: string }) => payload.other } },
      options,
    ),
    // @ts-expect-error: a connection is a URL or an ioredis instance.
    createWorker(catalog, { savings: handlers }, { connection: { host: "localhost" } }),
  ];
}
