import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
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
  /** The bank was asked once more for a transfer that it had made, and answered as it did the first time. */
  | { readonly kind: "repeat"; readonly reference: string }
  | { readonly kind: "message"; readonly channel: "push" | "sms"; readonly to: string; readonly text: string }
  | { readonly kind: "chore"; readonly name: string; readonly count: number };

/** The ledger of the demo, a JSON line per effect. Outside the store, so that it can tell what really happened. */
export const ledgerFile = ".taskwright/demo-ledger.jsonl";

/** Starts an empty ledger. */
export function openLedger(): void {
  mkdirSync(dirname(ledgerFile), { recursive: true });
  writeFileSync(ledgerFile, "");
}

/** Writes an effect down; whoever dies afterwards, it stays written. */
export function record(entry: LedgerEntry): void {
  mkdirSync(dirname(ledgerFile), { recursive: true });
  appendFileSync(ledgerFile, `${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`);
}

/** What was written down, by this process or another. */
export function readLedger(): LedgerEntry[] {
  if (!existsSync(ledgerFile)) return [];
  const lines = readFileSync(ledgerFile, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as LedgerEntry);
}
