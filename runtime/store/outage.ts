import type { Redis } from "ioredis";
import type { Logger } from "../logger.js";

/**
 * Logs that Redis went away and that it came back, once each, however often the client retries in between.
 *
 * It is also the error listener without which ioredis would write to the console. Returns what ends the watch; the
 * listener for errors stays, since a client on its way out may still fail.
 */
export function watchOutages(client: Redis, logger: Logger): () => void {
  let since: number | undefined;
  let isWatching = true;
  const onError = (error: Error) => {
    if (since !== undefined || !isWatching) return;
    since = Date.now();
    logger.warn({ err: error }, "Redis cannot be reached; trying again");
  };
  const onReady = () => {
    if (since === undefined) return;
    logger.info({ awayMs: Date.now() - since }, "Redis is back");
    since = undefined;
  };
  client.on("error", onError);
  client.on("ready", onReady);
  return () => {
    isWatching = false;
    client.off("ready", onReady);
  };
}

/** Whether an error only says that the store cannot be reached, which `watchOutages` has logged already. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return outageCodes.has(code) || outageNames.has(error.name) || /Connection is closed|LOADING /.test(error.message);
}

const outageCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "NR_CLOSED",
]);
const outageNames: ReadonlySet<string> = new Set(["MaxRetriesPerRequestError", "ConnectionClosedError"]);
