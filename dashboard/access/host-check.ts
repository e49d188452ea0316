/**
 * Whether a request's `Host` is one that this dashboard is meant to be reached by: the names of this machine to itself,
 * on any port, or one of `allowed`, each `name` (any port) or `name:port`.
 *
 * A page of somebody else may point a name of its own at 127.0.0.1 and so read from a dashboard on the visitor's own
 * machine as if it were its own (DNS rebinding); its requests carry that name.
 */
export function isKnownHost(host: string | undefined, allowed: readonly string[]): boolean {
  if (host === undefined || !/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.test(host)) return false;
  const full = host.toLowerCase();
  const name = full.replace(/:\d+$/, "");
  return [...ownNames, ...allowed.map((each) => each.toLowerCase())].some((each) => each === full || each === name);
}

const ownNames: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];
