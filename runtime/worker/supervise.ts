import { DeadlineExceeded, TaskTimeout } from "../errors.js";

/** How the handler's function ended, as far as this attempt waited for it. */
export type Ending =
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "threw"; readonly error: unknown }
  /** It was told to abort and went on; `settled` resolves when it ends after all. */
  | { readonly kind: "abandoned"; readonly settled: Promise<void> };

/** When an attempt must end. */
export interface Limits {
  readonly task: string;
  readonly timeoutMs: number;
  /** In ms since 1970; absent: none. */
  readonly deadlineAt?: number | undefined;
}

/** How long an aborted handler may take to end by itself before it is abandoned. */
export const abortGraceMs = 500;

/** The ending of `call`, at the latest `abortGraceMs` after `signal` aborts. Never rejects. */
export async function supervise(call: () => Promise<unknown>, signal: AbortSignal): Promise<Ending> {
  const ended: Promise<Ending> = call().then(
    (value) => ({ kind: "returned", value }),
    (error: unknown) => ({ kind: "threw", error }),
  );
  const settled = ended.then(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const abandoned = new Promise<Ending>((resolve) => {
    const abandon = () => {
      timer = setTimeout(() => resolve({ kind: "abandoned", settled }), abortGraceMs);
    };
    if (signal.aborted) abandon();
    else signal.addEventListener("abort", abandon, { once: true });
  });
  const ending = await Promise.race([ended, abandoned]);
  clearTimeout(timer);
  return ending;
}

/** Aborts `controller` at the first of `limits`, with TaskTimeout or DeadlineExceeded. Returns what calls it off. */
export function armLimits(controller: AbortController, limits: Limits, now: number): () => void {
  const { task, timeoutMs, deadlineAt } = limits;
  const timers = [abortAfter(controller, timeoutMs, () => new TaskTimeout(task, timeoutMs))];
  if (deadlineAt !== undefined) {
    timers.push(abortAfter(controller, deadlineAt - now, () => new DeadlineExceeded(task, deadlineAt)));
  }
  return () => timers.forEach(clearTimeout);
}

/** Node fires a timer of more than 2^31 - 1 ms at once; no attempt lasts those 24 days. */
function abortAfter(controller: AbortController, ms: number, reason: () => Error): NodeJS.Timeout | undefined {
  return ms > 2 ** 31 - 1 ? undefined : setTimeout(() => controller.abort(reason()), Math.max(0, ms));
}
