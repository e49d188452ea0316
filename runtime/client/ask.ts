import { withPatience } from "../store/patience.js";
import type { Producer } from "./producer.js";

/** Asks the store, or rejects with RedisUnavailable; `operation` completes the sentence "… was given up". */
export type Ask = <T>(operation: string, call: () => Promise<T>, patienceMs?: number) => Promise<T>;

/** Of whoever enqueues, often within a request: he would rather know than wait. */
export const clientPatienceMs = 900;

/** Of an operator, who reads many jobs. */
export const operatorPatienceMs = 15_000;

/**
 * How to ask through a producer, with a patience of `usualMs` where a call names no other. An embedded store may still
 * be starting, in this process and within seconds: it is slow, never away.
 */
export function askOf(producer: Producer, usualMs: number): Ask {
  const { outageBehind, isEmbedded } = producer;
  return (operation, call, patienceMs = usualMs) => {
    const ask = () => withPatience({ operation, patienceMs: isEmbedded ? 60_000 : patienceMs, outageBehind }, call);
    return producer.loading === undefined ? ask() : producer.loading.then(ask);
  };
}
