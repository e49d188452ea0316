import { readFileSync } from "node:fs";
import type { PaymentOrder } from "./ledger-client.js";
import type { SubjectName } from "./subjects.js";

/** What the ledger wrote down of a request: a payment with its receipt, or one that it refused. */
export interface LedgerLine extends PaymentOrder {
  readonly account: SubjectName;
  readonly receipt: string | undefined;
}

/** All that the ledger has done. */
export function readLedgerFile(file: string): LedgerLine[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LedgerLine);
}
