import { clearAlarm, setAlarm } from "../alarms.js";
import { RedisUnavailable } from "../errors.js";

/** What to wait for, and how long. */
export interface Patience {
  /** Completes the sentence "… was given up". */
  readonly operation: string;
  readonly patienceMs: number;
  /** The outage that an error comes from, if it comes from one; without an error, the one that lasts. See Store. */
  readonly outageBehind: (error?: unknown) => Error | undefined;
}

/**
 * The outcome of `call`, or RedisUnavailable when the store cannot be reached or doesn't answer in time.
 *
 * ioredis gives up by itself when it cannot connect; this also ends the wait for a server that is connected and
 * silent.
 */
export function withPatience<T>({ operation, patienceMs, outageBehind }: Patience, call: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const unavailable = (cause: Error | undefined) =>
      new RedisUnavailable(operation, cause === undefined ? undefined : { cause });
    const giveUp = () => reject(unavailable(outageBehind()));
    // The answer may have arrived while this process was too busy to read it: let it read before giving up.
    const alarm = setAlarm(patienceMs, () => setTimeout(giveUp, 1));
    call().then(
      (value) => {
        clearAlarm(alarm);
        resolve(value);
      },
      (error: unknown) => {
        clearAlarm(alarm);
        const cause = outageBehind(error);
        reject(cause === undefined ? error : unavailable(cause));
      },
    );
  });
}
