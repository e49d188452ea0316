/** A span as people say it, with its two largest units at most: `3 min 20 s`. */
export function spanInWords(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  const parts: string[] = [];
  let rest = Math.round(ms / 1_000);
  for (const [unit, seconds] of units) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0) parts.push(`${count} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ");
}

const units: readonly (readonly [string, number])[] = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
];

/** A time beside now: `3 min ago`, `in 2 h`. Both in ms since 1970. */
export function timeInWords(at: number, now: number): string {
  const distance = at - now;
  if (Math.abs(distance) < 1_000) return "now";
  const words = largestUnit(Math.abs(distance));
  return distance > 0 ? `in ${words}` : `${words} ago`;
}

function largestUnit(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const [unit, size] = units.find(([, each]) => seconds >= each) ?? ["s", 1];
  return `${Math.floor(seconds / size)} ${unit}`;
}

/** A count with its thousands apart: `12,345`. */
export function countInWords(count: number): string {
  return count.toLocaleString("en-GB");
}

/** `1 job`, `2 jobs`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${countInWords(count)} ${count === 1 ? one : many}`;
}

/** Bytes in the unit that suits: `12.3 MB`. */
export function bytesInWords(bytes: number): string {
  const [unit, size] = byteUnits.find(([, each]) => bytes >= each) ?? ["B", 1];
  return `${size === 1 ? bytes : (bytes / size).toFixed(1)} ${unit}`;
}

const byteUnits: readonly (readonly [string, number])[] = [
  ["GB", 1e9],
  ["MB", 1e6],
  ["kB", 1e3],
];

/** So many in such a span, by the unit that reads best: `12.5 a minute`, `3 a day`. */
export function rateInWords({ count, spanMs }: { readonly count: number; readonly spanMs: number }): string {
  if (count === 0) return "none";
  const perMs = count / Math.max(spanMs, 1_000);
  const [unit, ms] = rateUnits.find(([, each]) => perMs * each >= 1) ?? ["day", 86_400_000];
  const rate = perMs * ms;
  return `${rate >= 10 ? countInWords(Math.round(rate)) : Number(rate.toFixed(1))} a ${unit}`;
}

const rateUnits: readonly (readonly [string, number])[] = [
  ["second", 1_000],
  ["minute", 60_000],
  ["hour", 3_600_000],
];
