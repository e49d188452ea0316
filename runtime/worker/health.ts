/** Whether a worker does its work: it fetches jobs, or would if there were any. */
export type Health = { readonly isReady: true } | { readonly isReady: false; readonly reason: string };

/** Fetches. */
export const ready: Health = { isReady: true };

/** Does not, for `reason`, a sentence. */
export function notReady(reason: string): Health {
  return { isReady: false, reason };
}
