import type { Stage } from "./stage.js";
import type { Payment, SubjectName } from "./subjects.js";

/**
 * Does what a person does about parked payments: asks the ledger, and lets those that were not paid be paid. Resolves to how
 * many were parked.
 */
export async function settleParked(
  payments: readonly Payment[],
  { once, enqueue, readLedger }: Stage,
): Promise<number> {
  const states = await each(payments, async (payment) => (await once.park.idempotency.read(payment))?.state);
  const parked = payments.filter((_, n) => states[n] === "uncertain");
  // A stopped attempt that goes on after its job was parked, and is aborted before it has paid, frees its key: the job is dead all the same.
  const dead = payments.filter((_, n) => states[n] === "uncertain" || states[n] === "free");
  const paid = new Set(readLedger().flatMap(({ account, reference }) => (account === "park" ? reference : [])));
  const unpaid = dead.filter(({ reference }) => !paid.has(reference));
  await each(unpaid, (payment) => once.park.idempotency.clear(payment, { reason: "The ledger knows nothing of it." }));
  await enqueue(unpaid, ["park"]);
  return parked.length;
}

/** By subject and reference: the receipts that the records of done payments name. */
export async function readRecords(
  payments: readonly Payment[],
  { once }: Stage,
): Promise<Readonly<Record<SubjectName, ReadonlyMap<string, string>>>> {
  const of = async (subject: Exclude<SubjectName, "setnx">) => {
    const records = await each(payments, (payment) => once[subject].idempotency.read(payment));
    return new Map(
      payments.flatMap(({ reference }, n): [string, string][] => {
        const record = records[n];
        return record?.state === "done" ? [[reference, (record.result as { receipt: string }).receipt]] : [];
      }),
    );
  };
  return {
    key: await of("key"),
    fence: await of("fence"),
    park: await of("park"),
    retry: await of("retry"),
    setnx: new Map(),
  };
}

/** What `ask` says of each, some at a time. */
async function each<T, Answer>(values: readonly T[], ask: (value: T) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let from = 0; from < values.length; from += 100) {
    answers.push(...(await Promise.all(values.slice(from, from + 100).map(ask))));
  }
  return answers;
}
