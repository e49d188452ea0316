import { type Check, fine } from "./check.js";

/** Delays are reckoned by the clock of whoever enqueues, and run by that of a worker. */
export const clock: Check = {
  name: "clock",
  notOnEmbedded: "an embedded store has this machine's clock",
  async examine({ vitals }) {
    const { clockSkewMs } = await vitals();
    const skew = Math.abs(clockSkewMs);
    const found = `The clock of Redis is ${skew < 1_000 ? `${skew} ms` : `${Math.round(skew / 1_000)} s`} ${clockSkewMs < 0 ? "behind" : "ahead of"} this machine's.`;
    if (skew < 500) return fine(found);
    return [
      {
        level: skew >= 30_000 ? "error" : "warning",
        found,
        why: "Delayed and scheduled jobs run early or late by as much, and ages and deadlines are wrong.",
        wayOut: "Synchronise both clocks (NTP: `timedatectl status`, `chronyc tracking`).",
      },
    ];
  },
};
