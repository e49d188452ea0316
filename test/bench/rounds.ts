export type SideName = "ours" | "raw";

/** One of two ways to do the same work. */
export interface Side {
  /** Prepares, does the work and cleans up; resolves to what was measured. */
  run(): Promise<Figures>;
}

/** What one round of one side gave. */
export interface Figures {
  readonly jobsPerSecond: number;
  /** Processor time of this side's process for a job, in µs; that of Redis is not in it. */
  readonly cpuUs: number;
}

/** What alternating rounds of two sides gave. */
export interface Comparison {
  readonly ours: Spread;
  readonly raw: Spread;
  /** Ours over raw, round by round: what the machine does to both cancels out. */
  readonly ratio: Spread;
  /** The least of all rounds: other work on the machine only adds to it. */
  readonly cpuUs: { readonly ours: number; readonly raw: number };
}

/** The middle of some figures, and their quartiles. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Runs both sides `rounds` times, changing which goes first, after one round that doesn't count. */
export async function compare(ours: Side, raw: Side, rounds: number): Promise<Comparison> {
  const figures: { ours: Figures; raw: Figures }[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const isOursFirst = round % 2 === 0;
    const first = await (isOursFirst ? ours : raw).run();
    const second = await (isOursFirst ? raw : ours).run();
    if (round >= 0) figures.push(isOursFirst ? { ours: first, raw: second } : { ours: second, raw: first });
  }
  return {
    ours: spreadOf(figures.map((each) => each.ours.jobsPerSecond)),
    raw: spreadOf(figures.map((each) => each.raw.jobsPerSecond)),
    ratio: spreadOf(figures.map((each) => each.ours.jobsPerSecond / each.raw.jobsPerSecond)),
    cpuUs: {
      ours: Math.min(...figures.map((each) => each.ours.cpuUs)),
      raw: Math.min(...figures.map((each) => each.raw.cpuUs)),
    },
  };
}

/** Starts a clock; what it returns gives the figures of `count` jobs since then. */
export function startClock(): (count: number) => Figures {
  const from = process.hrtime.bigint();
  const cpuFrom = process.cpuUsage();
  return (count) => {
    const elapsedNs = Number(process.hrtime.bigint() - from);
    const { user, system } = process.cpuUsage(cpuFrom);
    return { jobsPerSecond: (count * 1e9) / elapsedNs, cpuUs: (user + system) / count };
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
