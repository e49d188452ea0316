/** A queue and its declared weight. */
export interface Lane {
  readonly queue: string;
  readonly weight: number;
}

/**
 * How many of `concurrency` slots each queue gets: by weight, rounded by largest remainder, and at least one.
 *
 * The sum is exactly `concurrency`, which must not be less than the number of lanes. Pure.
 * Source: `weight` of a queue in the workflow files.
 */
export function shareSlots(lanes: readonly Lane[], concurrency: number): ReadonlyMap<string, number> {
  if (concurrency < lanes.length) throw new RangeError(`${concurrency} slots cannot serve ${lanes.length} queues.`);
  const total = lanes.reduce((sum, lane) => sum + lane.weight, 0);
  const exact = new Map(lanes.map(({ queue, weight }) => [queue, (concurrency * weight) / total]));
  const slots = new Map([...exact].map(([queue, share]) => [queue, Math.max(1, Math.floor(share))]));
  const surplus = (queue: string) => (slots.get(queue) ?? 0) - (exact.get(queue) ?? 0);
  const change = (queue: string, by: number) => slots.set(queue, (slots.get(queue) ?? 0) + by);
  const byNeed = () => [...slots.keys()].sort((a, b) => surplus(a) - surplus(b));

  for (let free = concurrency - sum(slots); free > 0; free -= 1) {
    const [neediest] = byNeed();
    if (neediest !== undefined) change(neediest, 1);
  }
  for (let over = sum(slots) - concurrency; over > 0; over -= 1) {
    const richest = byNeed().findLast((queue) => (slots.get(queue) ?? 0) > 1);
    if (richest !== undefined) change(richest, -1);
  }
  return slots;
}

function sum(slots: ReadonlyMap<string, number>): number {
  return [...slots.values()].reduce((total, slot) => total + slot, 0);
}
