/** What keeps a lease alive. */
export interface Lease {
  /** Renews no more, and calls nothing any more. */
  stop(): void;
}

/**
 * Renews a lease at every third of `leaseMs`, and calls `onLost` once: when somebody else has the key, or when it could
 * not be renewed before it ended, so that somebody else may have it.
 *
 * After the latter it is renewed on, since nobody may have taken it. `takenAt` is when it was asked for, by `clock`, in
 * ms; the clock must not be set back. What `renew` rejects with goes to `onFault`.
 */
export function keepLease(
  { leaseMs, takenAt, clock }: { readonly leaseMs: number; readonly takenAt: number; readonly clock: () => number },
  renew: () => Promise<boolean>,
  onLost: () => void,
  onFault: (error: unknown) => void,
): Lease {
  let renewedAt = takenAt;
  let isAsking = false;
  let isLost = false;

  function lose(): void {
    if (!isLost) onLost();
    isLost = true;
  }

  async function ask(): Promise<void> {
    isAsking = true;
    const askedAt = clock();
    try {
      if (await renew()) {
        renewedAt = askedAt;
        return;
      }
      clearInterval(timer);
      lose();
    } catch (error) {
      if (!isLost) onFault(error);
    } finally {
      isAsking = false;
    }
  }

  const timer = setInterval(() => {
    if (clock() - renewedAt >= leaseMs) lose();
    if (!isAsking) void ask();
  }, leaseMs / 3);
  return {
    stop() {
      clearInterval(timer);
      // A renewal that is under way may be answered after the key was given back.
      isLost = true;
    },
  };
}
