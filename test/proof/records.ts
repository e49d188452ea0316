import type { Stage } from "./stage.js";
import type { Payment, Receipt, SubjectName } from "./subjects.js";

/** What a person did about the dead letter of `park`. */
export interface Settled {
  /** Payments that were in it. */
  readonly found: number;
  /** Those of them that had not been made, and were asked for again. */
  readonly asked: number;
}

/**
 * Does what a person does about the dead letter of `park`: asks the ledger about each payment in it, and lets those that were
 * not made be made.
 *
 * The key of a dead job is mostly uncertain. It is free where an attempt that was stopped went on after its job was parked,
 * and was aborted before it had paid.
 */
export async function settleParked(
  payments: readonly Payment[],
  { once, enqueue, readLedger }: Stage,
): Promise<Settled> {
  const states = await each(payments, async (payment) => {
    const record = await once.park.idempotency.read(payment);
    return record === undefined ? undefined : (await once.park.get(record.jobId))?.state;
  });
  const dead = payments.filter((_, n) => states[n] === "dead");
  const paid = new Set(readLedger().flatMap(({ account, reference }) => (account === "park" ? reference : [])));
  const unpaid = dead.filter(({ reference }) => !paid.has(reference));
  await each(unpaid, (payment) => once.park.idempotency.clear(payment, { reason: "The ledger knows nothing of it." }));
  await enqueue(unpaid, ["park"]);
  return { found: dead.length, asked: unpaid.length };
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
        return record?.state === "done" ? [[reference, (record.result as Receipt | undefined)?.receipt ?? "none"]] : [];
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
