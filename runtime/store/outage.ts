import type { Redis } from "ioredis";
import type { Logger } from "../logger.js";

/** Knows whether Redis can be reached, by what its clients tell. */
export interface OutageWatch {
  /** Also listens to this client, which then needs no error listener of its own. */
  add(client: Redis): void;
  /**
   * What keeps Redis from answering, when that is what `error` comes from; undefined when it is another matter.
   *
   * Safe to log: ioredis hangs the failed command on its errors, and that of a refused sign-in holds the password.
   */
  behind(error: unknown): Error | undefined;
  /** Logs no more. */
  stop(): void;
}

/** Logs that Redis went away and that it came back, once each, however often clients retry in between. */
export function openOutageWatch(logger: Logger): OutageWatch {
  const told = new WeakSet<Error>();
  let since: number | undefined;
  let latest: Error | undefined;
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

  return {
    add(client) {
      client.on("error", onError);
      client.on("ready", onReady);
    },
    behind(error) {
      if (!(error instanceof Error)) return undefined;
      if (told.has(error)) return withoutCommand(error);
      // Such an error only says that ioredis gave up; what the client told last says why.
      return isConnectionError(error) ? (latest ?? withoutCommand(error)) : undefined;
    },
    stop() {
      isStopped = true;
    },
  };
}

function isConnectionError(error: Error): boolean {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (networkCodes.has(code)) return true;
  return /^(MaxRetriesPerRequestError|ConnectionClosedError)$/.test(error.name) || closedOrStarting.test(error.message);
}

const closedOrStarting = /Connection is closed|^(LOADING|MASTERDOWN) /;

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
