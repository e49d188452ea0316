// Loader hooks that print the URL of every module as it is loaded: preload this file with --import.
import { writeSync } from "node:fs";
import { register } from "node:module";
import { isMainThread } from "node:worker_threads";

if (isMainThread) register(import.meta.url);

export async function load(url, context, next) {
  writeSync(1, `loaded ${url}\n`);
  return next(url, context);
}
