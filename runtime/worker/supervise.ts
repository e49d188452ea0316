import { clearAlarm, setAlarm } from "../alarms.js";
import { DeadlineExceeded, TaskTimeout } from "../errors.js";
import type { Cancellation } from "./cancellation.js";

/** How the handler's function ended, as far as this attempt waited for it. */
export type Ending =
  | Settled
  /** It was told to end and went on; `settled` resolves when it ends after all. */
  | { readonly kind: "abandoned"; readonly settled: Promise<Settled> };

/** How the handler's function ended. */
export type Settled =
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "threw"; readonly error: unknown };

/** When an attempt must end. */
export interface Limits {
  readonly task: string;
  readonly timeoutMs: number;
  /** In ms since 1970; absent: none. */
  readonly deadlineAt?: number | undefined;
}

/** How long a cancelled handler may take to end by itself before it is abandoned. */
export const abortGraceMs = 500;

/** The ending of `call`, at the latest `abortGraceMs` after the cancellation. Never rejects. */
export function supervise(call: () => Promise<unknown>, cancellation: Cancellation): Promise<Ending> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    let onSettled: (ending: Settled) => void = () => undefined;
    const end = (ending: Settled) => {
      clearTimeout(timer);
      resolve(ending);
      onSettled(ending);
    };
    call().then(
      (value) => end({ kind: "returned", value }),
      (error: unknown) => end({ kind: "threw", error }),
    );
    cancellation.onCancel(() => {
      const settled = new Promise<Settled>((settle) => {
        onSettled = settle;
      });
      timer = setTimeout(() => resolve({ kind: "abandoned", settled }), abortGraceMs);
    });
  });
}

/** Cancels at the first of `limits`, with TaskTimeout or DeadlineExceeded. Returns what calls it off. */
export function armLimits(cancellation: Cancellation, limits: Limits, now: number): () => void {
  const { task, timeoutMs, deadlineAt } = limits;
  const timeout = setAlarm(timeoutMs, () => cancellation.cancel(new TaskTimeout(task, timeoutMs)));
  const deadline =
    deadlineAt === undefined
      ? undefined
      : setAlarm(deadlineAt - now, () => cancellation.cancel(new DeadlineExceeded(task, deadlineAt)));
  return () => {
    clearAlarm(timeout);
    clearAlarm(deadline);
  };
}
