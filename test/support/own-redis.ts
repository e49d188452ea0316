import { Redis } from "ioredis";
import { onTestFinished } from "vitest";
import { startRedis } from "./redis-server.js";

/** A Redis for one test, and how many are connected to it: to the shared one, earlier tests' connections may be closing. */
export async function openOwnRedis() {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const spy = new Redis(redis.url);
  onTestFinished(() => spy.disconnect());
  const connections = async () => Number(/connected_clients:(\d+)/.exec(await spy.info("clients"))?.[1]);
  return { url: redis.url, connections };
}
