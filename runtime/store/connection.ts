import type { Redis } from "ioredis";
import { UnsupportedConnection } from "../errors.js";

/** A connection after reading: what to open. */
export type ConnectionTarget =
  | { readonly kind: "redis"; readonly target: URL | Redis }
  /** Without `location` in memory, else the folder. */
  | { readonly kind: "embedded"; readonly location: string | undefined };

/**
 * Which store `connection` names.
 *
 * Throws UnsupportedConnection, whose message never shows the URL itself: it may hold a password.
 */
export function parseConnection(connection: unknown): ConnectionTarget {
  if (typeof connection === "string") return parseUrl(connection);
  if (isRedis(connection)) return { kind: "redis", target: connection };
  if (connection === undefined || connection === null) {
    throw new UnsupportedConnection(`${connection} (is the variable with its URL set?)`);
  }
  throw new UnsupportedConnection(
    isCluster(connection) ? "an ioredis Cluster" : `a value of type ${typeof connection}`,
  );
}

function parseUrl(text: string): ConnectionTarget {
  if (text.startsWith("embedded:")) return { kind: "embedded", location: text.slice("embedded:".length) || undefined };
  if (!/^rediss?:\/\//.test(text)) {
    const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1];
    throw new UnsupportedConnection(scheme === undefined ? "a string without a scheme" : `a ${scheme}: URL`);
  }
  if (!URL.canParse(text)) throw new UnsupportedConnection("a malformed redis: URL");
  const url = new URL(text);
  if (!/^\/?\d*$/.test(url.pathname)) throw new UnsupportedConnection("a redis: URL whose path is no database number");
  return { kind: "redis", target: url };
}

/** By shape, not by class: the caller's ioredis may be another copy than ours. */
function isRedis(value: unknown): value is Redis {
  return hasMembers(value, ["defineCommand", "duplicate", "status"]) && !isCluster(value);
}

function isCluster(value: unknown): boolean {
  return hasMembers(value, ["isCluster"]) && value.isCluster === true;
}

function hasMembers<Name extends string>(value: unknown, names: readonly Name[]): value is Record<Name, unknown> {
  return typeof value === "object" && value !== null && names.every((name) => name in value);
}
