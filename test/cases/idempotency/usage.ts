import { createTasks } from "./expected/generated/index.js";
import type { PayOutHandler, TidyHandler } from "./expected/generated/payout.js";

const tasks = createTasks({ connection: "redis://127.0.0.1:6379" });
const { payOut, wireAbroad, tidy } = tasks.payout;

const record = await payOut.idempotency.read({ reference: "P-1" });
const state: "running" | "uncertain" | "done" | "free" | undefined = record?.state;
const cleared: "cleared" | "running" | "unknown" = await wireAbroad.idempotency.clear(
  { account: "A", reference: "P-1" },
  { reason: "The bank never got it." },
);
// @ts-expect-error Clearing needs a reason.
await wireAbroad.idempotency.clear({ account: "A", reference: "P-1" }, {});
// @ts-expect-error The key has no such field.
await payOut.idempotency.read({ refrence: "P-1" });
// @ts-expect-error The task declares no idempotency.
tidy.idempotency;

export const pay: PayOutHandler = async ({ reference }, job) => {
  const key: string = job.idempotencyKey;
  const fence: number = job.fence;
  return { transaction_id: `${reference} ${key} ${fence}` };
};
export const tidyUp: TidyHandler = async (_, job) => {
  // @ts-expect-error Without idempotency there may be no key.
  const key: string = job.idempotencyKey;
  await job.log(key);
};
export const unused = [state, cleared];
