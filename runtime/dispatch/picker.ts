import type { DispatchOrder, Lane } from "./dispatch.js";

/** Chooses among the lanes that are in. */
export interface Picker<L extends Lane> {
  /** From now on it can be picked. A lane comes in without credit or debt. */
  add(lane: L): void;
  /** It cannot be picked any more; picks that found nothing are forgotten with it. */
  remove(lane: L): void;
  has(lane: L): boolean;
  /**
   * The next lane in turn of those that `mayTake` allows; undefined when there is none. The lane `kept` goes before its
   * turn as long as none of them is owed a whole job more than it.
   */
  pick(mayTake: (lane: L) => boolean, kept?: L): L | undefined;
}

/**
 * A picker over `lanes`, none of them in. Pure but for its own credits.
 *
 * Weighted is the smooth weighted round robin of nginx: of any run of picks among the same lanes each gets its share to
 * within one pick, and equal lanes alternate. Strict picks the first lane that is in; while that one may not take (its
 * queue is being asked whether it has more) it picks none, since a lower one would overtake.
 */
export function openPicker<L extends Lane>(lanes: readonly L[], order: DispatchOrder): Picker<L> {
  const sorted = [...lanes].sort((a, b) => b.weight - a.weight || (a.queue < b.queue ? -1 : 1));
  return order === "strict" ? openStrict(sorted) : openWeighted(sorted);
}

function openStrict<L extends Lane>(sorted: readonly L[]): Picker<L> {
  const present = new Set<L>();
  return {
    add: (lane) => void present.add(lane),
    remove: (lane) => void present.delete(lane),
    has: (lane) => present.has(lane),
    pick(mayTake) {
      const first = sorted.find((lane) => present.has(lane));
      return first !== undefined && mayTake(first) ? first : undefined;
    },
  };
}

/** The credits of the lanes that are in always sum to nothing: what one is owed the others owe. */
function openWeighted<L extends Lane>(sorted: readonly L[]): Picker<L> {
  const credits = new Map<L, number>();
  const total = (lanes: Iterable<L>) => {
    let sum = 0;
    for (const { weight } of lanes) sum += weight;
    return sum;
  };
  return {
    add(lane) {
      if (!credits.has(lane)) credits.set(lane, 0);
    },
    remove(lane) {
      const left = credits.get(lane);
      if (left === undefined) return;
      credits.delete(lane);
      // Without this each pick that found an empty queue would put the others in credit for ever.
      const rest = total(credits.keys());
      for (const [other, credit] of credits) credits.set(other, credit + (left * other.weight) / rest);
    },
    has: (lane) => credits.has(lane),
    pick(mayTake, kept) {
      let best: L | undefined;
      let most = Number.NEGATIVE_INFINITY;
      let sum = 0;
      for (const lane of sorted) {
        const credit = credits.get(lane);
        if (credit === undefined || !mayTake(lane)) continue;
        sum += lane.weight;
        credits.set(lane, credit + lane.weight);
        if (credit + lane.weight <= most) continue;
        best = lane;
        most = credit + lane.weight;
      }
      const owed = kept !== undefined && mayTake(kept) ? credits.get(kept) : undefined;
      const picked = owed !== undefined && most - owed <= sum ? kept : best;
      if (picked !== undefined) credits.set(picked, (credits.get(picked) ?? 0) - sum);
      return picked;
    },
  };
}
