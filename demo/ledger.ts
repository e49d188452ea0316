import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** One effect on the world: money that moved, a message that left, a chore that was done. */
export type LedgerEntry =
  | {
      readonly kind: "transfer";
      readonly reference: string;
      readonly from: string;
      readonly to: string;
      readonly kobo: number;
    }
  | { readonly kind: "message"; readonly channel: "push" | "sms"; readonly to: string; readonly text: string }
  | { readonly kind: "chore"; readonly name: string; readonly count: number };

/** The ledger of the demo, a JSON line per effect. Outside Redis, so that it can tell what really happened. */
export const ledgerFile = ".taskwright/demo-ledger.jsonl";

const entries: LedgerEntry[] = [];

/** Starts an empty ledger. */
export function openLedger(): void {
  entries.length = 0;
  mkdirSync(dirname(ledgerFile), { recursive: true });
  writeFileSync(ledgerFile, "");
}

/** Writes an effect down; it is on disk when this returns. */
export function record(entry: LedgerEntry): void {
  entries.push(entry);
  mkdirSync(dirname(ledgerFile), { recursive: true });
  appendFileSync(ledgerFile, `${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`);
}

/** What this process has written down. */
export function readLedger(): readonly LedgerEntry[] {
  return entries;
}
