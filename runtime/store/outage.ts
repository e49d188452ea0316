import type { Redis } from "ioredis";
import type { Logger } from "../logger.js";

/** Knows whether Redis can be reached, by what its clients tell. */
export interface OutageWatch {
  /** Also listens to this client, which then needs no error listener of its own. */
  add(client: Redis): void;
  /**
   * What keeps Redis from answering, or from doing anything for the time being, when that is what `error` comes from;
   * undefined when it is another matter. Without an error: what keeps Redis from answering now, as far as that is known.
   *
   * Safe to log: ioredis hangs the failed command on its errors, and that of a refused sign-in holds the password.
   */
  behind(error?: unknown): Error | undefined;
  /** Logs no more. */
  stop(): void;
}

/** Logs that Redis went away and that it came back, once each, however often clients retry in between. */
export function openOutageWatch(logger: Logger): OutageWatch {
  const told = new WeakSet<Error>();
  let since: number | undefined;
  let latest: Error | undefined;
  let refusedAt = Number.NEGATIVE_INFINITY;
  let isStopped = false;

  function onError(error: Error): void {
    told.add(error);
    latest = withoutCommand(error);
    if (since !== undefined || isStopped) return;
    since = Date.now();
    logger.warn({ err: latest }, "Redis cannot be reached; trying again");
  }

  function onReady(): void {
    if (since !== undefined && !isStopped) logger.info({ awayMs: Date.now() - since }, "Redis is back");
    since = undefined;
    latest = undefined;
  }

  /** Nothing tells when it is over: a refusal long after the last one is a new matter. */
  function onRefusal(error: Error): void {
    const isNew = Date.now() - refusedAt > refusalsApartMs;
    refusedAt = Date.now();
    if (isNew && !isStopped) logger.warn({ err: error }, "Redis refuses to work; trying again");
  }

  return {
    add(client) {
      client.on("error", onError);
      client.on("ready", onReady);
    },
    behind(error) {
      if (error === undefined) return latest;
      if (!(error instanceof Error)) return undefined;
      if (told.has(error)) return withoutCommand(error);
      if (isRefusal(error)) {
        const bare = withoutCommand(error);
        onRefusal(bare);
        return bare;
      }
      // Such an error only says that ioredis gave up; what the client told last says why.
      return isConnectionError(error) ? (latest ?? withoutCommand(error)) : undefined;
    },
    stop() {
      isStopped = true;
    },
  };
}

/**
 * Whether Redis answered that it does nothing of the kind now, whatever it is asked: it is out of memory, a replica since
 * somebody made another one the master, without a disk to write to, still loading, or its cluster is incomplete.
 */
export function isRefusal(error: unknown): error is Error {
  return error instanceof Error && refusal.test(error.message);
}

/** At the beginning, or where Redis 6 reports on a script. */
const refusal = /(?:^|: -)(?:OOM|READONLY|MISCONF|NOREPLICAS|MASTERDOWN|LOADING|CLUSTERDOWN|TRYAGAIN) /;

const refusalsApartMs = 60_000;

function isConnectionError(error: Error): boolean {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (networkCodes.has(code)) return true;
  return (
    /^(MaxRetriesPerRequestError|ConnectionClosedError)$/.test(error.name) ||
    error.message.includes("Connection is closed")
  );
}

const networkCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

function withoutCommand(error: Error): Error {
  if (!("command" in error)) return error;
  const bare = new Error(error.message);
  bare.name = error.name;
  if (error.stack !== undefined) bare.stack = error.stack;
  return bare;
}
