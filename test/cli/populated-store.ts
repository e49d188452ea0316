import { createWorker, type Handlers, SkipRetry, type Worker } from "taskwright";
import { catalog } from "../../generated/catalog.js";
import { createTasks } from "../../generated/index.js";
import { recordHooks, silentLogger } from "../support/project.js";

/** This repository's own project, whose commands the tests drive. */
export const project = new URL("../..", import.meta.url).pathname;

const uuid = "3f2b8a90-6c1d-4e5f-8a7b-0123456789ab";

/** A payload of `savings:process_payout`. */
export function payout(reference: string, amount = 500_000) {
  return { reference, circle_id: uuid, recipient_id: uuid, amount, round: 1 };
}

/** A payload of `gig:escrow_release`. */
export function escrow(reference: string) {
  return { reference, contract_id: uuid, worker_id: uuid, amount: 900, released_by: "client" } as const;
}

/** A bank that can be repaired. */
export interface Bank {
  isDown: boolean;
}

/** Runs the money tasks of the project until `close`; while the bank is down each of them is dead at once. */
export async function startWorker(
  connection: string,
  bank: Bank,
  queues: readonly string[] = ["critical"],
): Promise<{ worker: Worker } & ReturnType<typeof recordHooks>> {
  const seen = recordHooks();
  const handle = async (payload: { reference: string }) => {
    if (bank.isDown)
      throw new SkipRetry(`bank timeout for ${payload.reference}`, { cause: new Error("ETIMEDOUT 10.0.0.7") });
    return { transaction_id: `T-${payload.reference}`, balance_after: 0 };
  };
  const handlers = {
    savings: { processPayout: handle, processContribution: handle, contributionReminder: () => undefined },
    gig: { escrowRelease: handle },
  } as unknown as Handlers<typeof catalog>;
  const hooks = seen.hooks;
  const worker = createWorker(catalog, handlers, {
    connection,
    queues,
    logger: silentLogger(),
    hooks,
    grace: 0,
  });
  await worker.start();
  return { worker, ...seen };
}

/**
 * Fills a store: in `critical` three dead payouts (PAY-1000 to PAY-1002), a dead escrow and a completed one; in
 * `default` five waiting contributions' reminders, of which two are delayed; in `low` nothing.
 */
export async function populate(connection: string): Promise<void> {
  const bank = { isDown: true };
  const { worker, until } = await startWorker(connection, bank);
  const tasks = createTasks({ connection, logger: silentLogger() });
  await tasks.savings.processPayout.enqueueMany(
    [0, 1, 2].map((n) => ({ payload: payout(`PAY-100${n}`, 500_000 + n) })),
  );
  await tasks.gig.escrowRelease.enqueue(escrow("ESC-2000"));
  await until("onDead", 4);
  bank.isDown = false;
  await tasks.gig.escrowRelease.enqueue(escrow("ESC-2001"));
  await until("onSuccess", 1);
  await worker.close();
  for (let n = 0; n < 5; n += 1) {
    const reminder = {
      circle_id: uuid,
      user_id: uuid,
      amount: 100 + n,
      due_date: "2026-03-01T00:00:00Z",
      reminder_number: n + 1,
    };
    await tasks.savings.contributionReminder.enqueue(reminder, n < 2 ? { delay: "1h" } : { delay: 0 });
  }
  await tasks.close();
}
