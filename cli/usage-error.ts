import { closest } from "fastest-levenshtein";

/** The command line cannot be understood: `message` is one sentence for the person who wrote it. */
export class UsageError extends Error {}

/** Throws a UsageError that offers the nearest name, unless `given` is one of `known`. */
export function requireKnown(what: string, given: string, known: readonly string[]): void {
  if (known.includes(given)) return;
  const wayOut = known.length === 0 ? "This project has none." : `Did you mean ${closest(given, known)}?`;
  throw new UsageError(`there is no ${what} ${given}. ${wayOut}`);
}
