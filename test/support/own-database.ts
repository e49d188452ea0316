import { Redis } from "ioredis";
import { inject } from "vitest";
import { databases } from "./redis-server.js";

/** Those below are the default one and `redisOfThisFile`'s. */
const first = 64;

/**
 * URL of an empty database of the suite's Redis that no other test has: the server itself counts those that it hands out.
 * After some hundreds, in a long watch, it begins anew.
 */
export async function ownDatabase(): Promise<string> {
  const server = new Redis(inject("redisUrl"));
  const taken = await server.incr("databases handed out to tests");
  const number = first + (taken % (databases - first));
  await server.select(number);
  await server.flushdb();
  server.disconnect();
  return `${inject("redisUrl")}/${number}`;
}
