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
  return new AttemptCancellation();
}

/** A class, since V8 gives an object with getters of its own a hidden class of its own: 5 µs of garbage an attempt. */
class AttemptCancellation implements Cancellation {
  reason: Error | undefined;
  #controller: AbortController | undefined;
  #listener: (() => void) | undefined;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.reason !== undefined && !this.#controller.signal.aborted) this.#controller.abort(this.reason);
    return this.#controller.signal;
  }

  cancel(reason: Error): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.#controller?.abort(reason);
    this.#listener?.();
  }

  onCancel(listener: () => void): void {
    this.#listener = listener;
    if (this.reason !== undefined) listener();
  }
}
