/** One of two ways to do the same work. */
export interface Side {
  /** Prepares, does the work and cleans up; resolves to what was measured, say jobs per second. */
  run(): Promise<number>;
}

/** What alternating rounds of two sides gave. */
export interface Comparison {
  readonly ours: Spread;
  readonly raw: Spread;
  /** Ours over raw, round by round: what the machine does to both cancels out. */
  readonly ratio: Spread;
}

/** The middle of some figures, and their quartiles. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Runs both sides `rounds` times, changing which goes first, after one round that doesn't count. */
export async function compare(ours: Side, raw: Side, rounds: number): Promise<Comparison> {
  const figures: { ours: number; raw: number }[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const isOursFirst = round % 2 === 0;
    const first = await (isOursFirst ? ours : raw).run();
    const second = await (isOursFirst ? raw : ours).run();
    if (round >= 0) figures.push(isOursFirst ? { ours: first, raw: second } : { ours: second, raw: first });
  }
  return {
    ours: spreadOf(figures.map((each) => each.ours)),
    raw: spreadOf(figures.map((each) => each.raw)),
    ratio: spreadOf(figures.map((each) => each.ours / each.raw)),
  };
}

/** Median and quartiles of `figures`. */
export function spreadOf(figures: readonly number[]): Spread {
  return { median: quantile(figures, 0.5), low: quantile(figures, 0.25), high: quantile(figures, 0.75) };
}

/** The smallest of `figures` that is not below the part `q` of them. */
export function quantile(figures: readonly number[], q: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
