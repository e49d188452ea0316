import { isIPv6 } from "node:net";

/** Slows down whoever tries tokens. */
export interface SignInThrottle {
  /**
   * Asks for one more try from `address`, and counts it as failed until `succeeded` is called: many tries at once must
   * not all slip through before the first has failed. A number: refused, for so many ms.
   */
  attempt(address: string): "allowed" | number;
  succeeded(address: string): void;
}

/** Free tries of one address, before it has to wait. */
const freeTries = 5;
const firstWaitMs = 1_000;
const longestWaitMs = 15 * 60_000;
/** Tries of all addresses together in a minute: one machine may have very many of them. */
const mostInAMinute = 100;
const mostRemembered = 10_000;

/**
 * From its sixth failure on an address waits 1 s, and twice as long after each further one, up to 15 minutes. All
 * addresses together have 100 tries a minute. Whoever has signed in already is not touched by either.
 *
 * Remembers 10,000 addresses at most, the latest; the limit on all holds for those that were forgotten.
 */
export function openSignInThrottle(now: () => number = Date.now): SignInThrottle {
  const failures = new Map<string, { readonly count: number; readonly until: number }>();
  let minute = { startedAt: 0, tries: 0 };

  return {
    attempt(address) {
      const time = now();
      const network = networkOf(address);
      const { count, until } = failures.get(network) ?? { count: 0, until: 0 };
      if (until > time) return until - time;
      if (time - minute.startedAt >= 60_000) minute = { startedAt: time, tries: 0 };
      if (minute.tries >= mostInAMinute) return minute.startedAt + 60_000 - time;
      minute.tries += 1;
      const excess = count - freeTries;
      const waitMs = excess < 0 ? 0 : Math.min(firstWaitMs * 2 ** excess, longestWaitMs);
      // Put in anew, so that the first in the map is the one that was silent longest.
      failures.delete(network);
      failures.set(network, { count: count + 1, until: time + waitMs });
      const [oldest] = failures.keys();
      if (failures.size > mostRemembered && oldest !== undefined) failures.delete(oldest);
      return "allowed";
    },
    succeeded: (address) => void failures.delete(networkOf(address)),
  };
}

/** Who has one IPv6 address has all 2⁶⁴ of its network. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith("::ffff:")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":").filter((group) => group !== "");
  const rest = tail === undefined ? [] : tail.split(":").filter((group) => group !== "");
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => "0");
  return [...groups, ...zeros, ...rest].slice(0, 4).join(":");
}
