// Loader hooks by which the module that opens stores takes longer than a client waits for Redis: preload this file with
// --import.
import { register } from "node:module";
import { setTimeout } from "node:timers/promises";
import { isMainThread } from "node:worker_threads";

if (isMainThread) register(import.meta.url);

export async function load(url, context, next) {
  if (url.endsWith("/runtime/client/client-store.ts")) await setTimeout(1_500);
  return next(url, context);
}
