/** Which thread does each piece of some work, by its number; 0 for a piece that neither has claimed. Both see all claims. */
export type Claims = Int32Array;

/** The numbers of the threads in {@link Claims}. */
export const threadNumbers = { first: 1, second: 2 } as const;

/** One of the two threads. */
export type Thread = keyof typeof threadNumbers;

/** No claim on any of so many pieces. */
export function openClaims(pieces: number): Claims {
  return new Int32Array(new SharedArrayBuffer(pieces * Int32Array.BYTES_PER_ELEMENT));
}

/**
 * Does `work` on one of the `pieces` after the other that the other thread has not claimed, and tells what came of each, by
 * its index. One thread begins at the first piece and the other at the last, so that none is done twice and neither waits
 * for long.
 */
export function doUnclaimed<Piece, Result>(
  pieces: readonly Piece[],
  claims: Claims,
  thread: Thread,
  work: (piece: Piece) => Result,
): Map<number, Result> {
  const me = threadNumbers[thread];
  const inOrder = [...pieces.entries()];
  const results = new Map<number, Result>();
  for (const [index, piece] of thread === "first" ? inOrder : inOrder.reverse()) {
    const holder = Atomics.compareExchange(claims, index, 0, me);
    if (holder === 0 || holder === me) results.set(index, work(piece));
  }
  return results;
}
