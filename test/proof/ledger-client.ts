import type { Payment, Receipt, SubjectName } from "./subjects.js";

/** What a handler may show the ledger beside its payment. */
export interface PaymentOrder extends Payment {
  readonly key?: string | undefined;
  readonly fence?: number | undefined;
}

/** The ledger, from a worker. Both reject with AnswerLost, LedgerBusy (nothing was done) or StaleFence (neither was it). */
export interface Ledger {
  /** Pays, and resolves to the receipt. */
  pay(account: SubjectName, order: PaymentOrder, signal: AbortSignal): Promise<Receipt>;
  /** The receipt of a payment that was made; from then on only this fence or a higher one may pay. */
  look(account: SubjectName, order: PaymentOrder, signal: AbortSignal): Promise<Receipt | undefined>;
}

/** The request was sent, and what became of it is not known. */
export class AnswerLost extends Error {}

export class LedgerBusy extends Error {}

export class StaleFence extends Error {}

/** A client of the ledger at `url`. */
export function openLedger(url: string): Ledger {
  async function ask(path: string, order: PaymentOrder, signal: AbortSignal): Promise<Receipt | undefined> {
    signal.throwIfAborted();
    const { status, text } = await post(`${url}${path}`, JSON.stringify(order), signal);
    if (status === 503) throw new LedgerBusy(text);
    if (status === 409) throw new StaleFence(text);
    return status === 204 ? undefined : (JSON.parse(text) as Receipt);
  }

  return {
    async pay(account, order, signal) {
      const receipt = await ask(`/${account}/pay`, order, signal);
      if (receipt === undefined) throw new Error("The ledger gave no receipt.");
      return receipt;
    },
    look: (account, order, signal) => ask(`/${account}/look`, order, signal),
  };
}

async function post(url: string, body: string, signal: AbortSignal): Promise<{ status: number; text: string }> {
  try {
    const answer = await fetch(url, { method: "POST", body, signal });
    return { status: answer.status, text: await answer.text() };
  } catch (cause) {
    throw new AnswerLost(`No answer from ${url}.`, { cause });
  }
}
