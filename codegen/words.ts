import { createRequire } from "node:module";
import type { toString as describeCron } from "cronstrue";
import type { CatalogBackoff, CatalogIdempotency, CatalogSchedule, CatalogTask } from "./catalog.js";
import { memoize } from "./memoize.js";

/** A duration as workflow files write it: `1h30m`. */
export function durationInWords(ms: number): string {
  const units = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
    ["ms", 1],
  ] as const;
  let rest = ms;
  const parts = units.flatMap(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? [] : [`${count}${unit}`];
  });
  return parts.length === 0 ? "0s" : parts.join("");
}

/** A schedule as a sentence without its point: `At minute 0 past every hour, UTC`. */
export const scheduleInWords = memoize(({ cron, timezone }: CatalogSchedule): string => {
  return `${cronInWords(cron.value)} (${timezone.value})`;
});

/** The nicknames that cronstrue doesn't know. */
const spelledOut: Readonly<Record<string, string>> = {
  "@secondly": "* * * * * *",
  "@minutely": "* * * * *",
  "@weekdays": "0 0 * * 1-5",
  "@weekends": "0 0 * * 6,0",
};

/** A cron expression in English; as it is written where it cannot be told. */
export function cronInWords(cron: string): string {
  // Loaded at the first cron: many a run has none.
  const cronstrue = createRequire(import.meta.url)("cronstrue") as { readonly toString: typeof describeCron };
  try {
    return cronstrue.toString(spelledOut[cron] ?? cron, { use24HourTimeFormat: true });
  } catch {
    return cron;
  }
}

/**
 * What a caller may rely on, as clauses: `one effect for each reference, remembered for 98d`, of a duplicate, of a crash.
 * `quote` sets off the names of fields.
 */
export function idempotencyInWords(
  { key, ttlMs, onDuplicate, onUncertain, fingerprint }: CatalogIdempotency,
  quote: (name: string) => string = (name) => `\`${name}\``,
): string[] {
  const fields = key.map(({ value }) => quote(value)).join(" and ");
  const compared = fingerprint?.map(({ value }) => quote(value)).join(" or ") ?? "payload";
  const duplicate = {
    result: "a duplicate completes with the stored result",
    skip: "a duplicate is dropped",
    error: "a duplicate is dead at once",
  };
  const crash = {
    retry: "after a crash in the middle it runs again",
    park: "after a crash in the middle it is dead, its outcome unknown, until somebody clears the key",
  };
  return [
    `one effect for each ${fields}, remembered for ${durationInWords(ttlMs.value)}`,
    duplicate[onDuplicate.value],
    `the same key with another ${compared} is dead at once`,
    crash[onUncertain],
  ];
}

/** The waits before each retry: `1m, 4m, 9m`. */
export function retriesInWords({ retries, backoff }: CatalogTask): string {
  if (retries === 0) return "none";
  const shown = Array.from({ length: Math.min(retries, 6) }, (_, n) => durationInWords(waitBefore(n + 1, backoff)));
  const more = retries > shown.length ? ", …" : "";
  const jitter = backoff.jitter === 0 ? "" : `, up to ${Math.round(backoff.jitter * 100)} % less`;
  return `${retries}: after ${shown.join(", ")}${more}${jitter}`;
}

/** The longest wait before retry `n`, from 1, in ms. Jitter only makes it shorter. */
export function waitBefore(n: number, { type, delayMs, maxMs, exponent }: CatalogBackoff): number {
  const factor = { fixed: 1, exponential: 2 ** (n - 1), polynomial: n ** exponent }[type];
  return Math.min(maxMs, Math.round(delayMs * factor));
}

/** `a or b or 3 more`: no more than `max` of the choices. */
export function choicesInWords(choices: readonly string[], max: number): string {
  const left = choices.length - max;
  return (left <= 0 ? choices : [...choices.slice(0, max), `${left} more`]).join(" or ");
}
