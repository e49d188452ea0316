import { type ParsedWorkflow, parseWorkflow } from "../parse/parse-workflow.js";
import type { SourceFile } from "../source.js";

/** Who parses each file: nobody yet (0), or one of the threads by its number. Both see what either claims. */
export type Claims = Int32Array;

/** The numbers of the threads in {@link Claims}. */
export const threads = { first: 1, second: 2 } as const;

/** No claim on any of so many files. */
export function openClaims(files: number): Claims {
  return new Int32Array(new SharedArrayBuffer(files * Int32Array.BYTES_PER_ELEMENT));
}

/** What one thread has parsed, by the file's index in the sources. */
export type ParsedFiles = ReadonlyMap<number, ParsedWorkflow>;

/** Parses one file after the other that the other thread has not claimed. */
export function parseUnclaimed(sources: readonly SourceFile[], claims: Claims, me: number): ParsedFiles {
  const parsed = new Map<number, ParsedWorkflow>();
  for (const [index, source] of sources.entries()) {
    const holder = Atomics.compareExchange(claims, index, 0, me);
    if (holder === 0 || holder === me) parsed.set(index, parseWorkflow(source));
  }
  return parsed;
}
