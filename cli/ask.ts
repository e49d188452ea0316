import { createInterface } from "node:readline/promises";
import { UsageError } from "./usage-error.js";

/** Whether somebody can be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/**
 * Whether the answer to `question` is yes. With `yes` nobody is asked; where nobody can be, it throws a UsageError that
 * says so, and the `wayOut`.
 */
export async function confirm(
  question: string,
  yes: boolean,
  wayOut = "say --yes to do it, or --dry-run to count",
): Promise<boolean> {
  if (yes) return true;
  if (!canAsk()) throw new UsageError(`${question} Nobody can be asked here: ${wayOut}.`);
  // On standard error, so that standard output holds the outcome alone.
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
