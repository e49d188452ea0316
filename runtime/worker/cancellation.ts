/** What can end one attempt from outside, once. */
export interface Cancellation {
  /** Why it was ended; undefined while it wasn't. */
  readonly reason: Error | undefined;
  /** Aborts with the reason. */
  readonly signal: AbortSignal;
  /** A second call does nothing. */
  cancel(reason: Error): void;
  /** Calls `listener` when it is ended, at once when it was already. One listener. */
  onCancel(listener: () => void): void;
}

/**
 * A cancellation that was not asked for yet.
 *
 * Its signal is made when somebody first reads it: most handlers never do, and Node's AbortController with its
 * listeners costs as much as the rest of an attempt.
 */
export function openCancellation(): Cancellation {
  let controller: AbortController | undefined;
  let reason: Error | undefined;
  let listener: () => void = () => undefined;
  return {
    get reason() {
      return reason;
    },
    get signal() {
      controller ??= new AbortController();
      if (reason !== undefined && !controller.signal.aborted) controller.abort(reason);
      return controller.signal;
    },
    cancel(because) {
      if (reason !== undefined) return;
      reason = because;
      controller?.abort(because);
      listener();
    },
    onCancel(call) {
      listener = call;
      if (reason !== undefined) call();
    },
  };
}
