import type { Producer } from "../client/producer.js";
import { withPatience } from "../store/patience.js";

/** Asks the store, or rejects with RedisUnavailable; `operation` completes the sentence "… was given up". */
export type Ask = <T>(operation: string, call: () => Promise<T>, patienceMs?: number) => Promise<T>;

/** How an operator asks: with more patience than an enqueue has, for he reads many jobs. */
export function askOf({ outageBehind, isEmbedded }: Producer): Ask {
  return (operation, call, patienceMs = 15_000) =>
    withPatience({ operation, patienceMs: isEmbedded ? 60_000 : patienceMs, outageBehind }, call);
}
