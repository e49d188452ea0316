import { RedisUnavailable } from "../errors.js";
import { isOutage } from "./outage.js";

/**
 * The outcome of `call`, or RedisUnavailable when the store cannot be reached or doesn't answer in `patienceMs`.
 *
 * ioredis gives up by itself when it cannot connect; this also ends the wait for a server that is connected and
 * silent. `operation` completes the sentence "… was given up".
 */
export async function withPatience<T>(operation: string, patienceMs: number, call: () => Promise<T>): Promise<T> {
  const answer = call();
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    const giveUp = () => reject(new RedisUnavailable(operation));
    // The answer may have arrived while this process was too busy to read it: let it read before giving up.
    timer = setTimeout(() => setTimeout(giveUp, 1), patienceMs);
  });
  try {
    return await Promise.race([answer, silence]);
  } catch (error) {
    answer.catch(() => undefined);
    throw isOutage(error) ? new RedisUnavailable(operation, { cause: error }) : error;
  } finally {
    clearTimeout(timer);
    silence.catch(() => undefined);
  }
}
