import { setTimeout as wait } from "node:timers/promises";
import { readLedger, record } from "./ledger.js";

/*
 * The bank and the carriers that a fintech's handlers talk to, as they are in real life: slow, sometimes away, and
 * strict about accounts. Their troubles follow from the names in a call, so that every run of the demo is alike.
 */

/** The other side did not answer this time; it may the next. */
export class PartnerUnavailable extends Error {
  override readonly name = "PartnerUnavailable";
}

/** The account exists no more. Trying again will not open it. */
export class AccountClosed extends Error {
  override readonly name = "AccountClosed";
}

export interface Transfer {
  /** The bank moves money once per reference, however often it is asked. */
  readonly reference: string;
  readonly from: string;
  readonly to: string;
  readonly kobo: number;
}

export interface BankReceipt {
  readonly transaction_id: string;
  /** In kobo. */
  readonly balance_after: number;
}

/** A member whose account was closed, for the demo to run into. */
export const closedAccount = "00000000-0000-4000-8000-00000000dead";

/** A transfer whose answer takes so long that a worker may die before it is there. */
export const slowReference = "ESC-12-0000";

let tellMoved: (reference: string) => void = () => undefined;

/** Calls `told` when the money of the slow transfer has moved, and its answer is under way. */
export function onSlowTransfer(told: (reference: string) => void): void {
  tellMoved = told;
}

const receipts = new Map<string, BankReceipt>();
const balances = new Map<string, number>();
const openingBalanceKobo = 50_000_000;

// The bank goes on when one of its callers has died: what it did before is in its book.
for (const entry of readLedger()) if (entry.kind === "transfer") book(entry);

/** Moves money. Throws AccountClosed or PartnerUnavailable, and rejects when `signal` aborts. */
export async function transfer({ reference, from, to, kobo }: Transfer, signal: AbortSignal): Promise<BankReceipt> {
  await answer(reference, signal);
  if (from.includes(closedAccount) || to.includes(closedAccount)) throw new AccountClosed(`${from} → ${to} is closed.`);
  const earlier = receipts.get(reference);
  if (earlier !== undefined) {
    record({ kind: "repeat", reference });
    return earlier;
  }
  const receipt = book({ reference, from, to, kobo });
  record({ kind: "transfer", reference, from, to, kobo });
  if (reference === slowReference) {
    tellMoved(reference);
    await wait(5_000, undefined, { signal });
  }
  return receipt;
}

function book({ reference, from, to, kobo }: Transfer): BankReceipt {
  const balance = (balances.get(from) ?? openingBalanceKobo) - kobo;
  balances.set(from, balance);
  balances.set(to, (balances.get(to) ?? openingBalanceKobo) + kobo);
  const receipt = { transaction_id: `T-${receipts.size + 1}`, balance_after: balance };
  receipts.set(reference, receipt);
  return receipt;
}

/** Hands a message to its carrier. Throws PartnerUnavailable, and rejects when `signal` aborts. */
export async function send(channel: "push" | "sms", to: string, text: string, signal: AbortSignal): Promise<void> {
  await answer(`${channel} ${to} ${text}`, signal);
  record({ kind: "message", channel, to, text });
}

const asked = new Map<string, number>();

/** Takes a few milliseconds, and fails the first call or the first two of about one in fifteen. */
async function answer(call: string, signal: AbortSignal): Promise<void> {
  const times = (asked.get(call) ?? 0) + 1;
  asked.set(call, times);
  const luck = hash(call) % 30;
  await wait(2 + (luck % 9), undefined, { signal });
  const failures = luck === 0 ? 2 : luck === 1 ? 1 : 0;
  if (times <= failures) throw new PartnerUnavailable(`No answer within 10 ms (call ${times}).`);
}

function hash(text: string): number {
  let value = 2_166_136_261;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 16_777_619);
  return value >>> 0;
}
