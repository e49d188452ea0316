import { Redis } from "ioredis";
import { expect, inject, test } from "vitest";
import { startRedis } from "../support/redis-server.js";

test("the suite has a Redis", async () => {
  const redis = new Redis(inject("redisUrl"));
  expect(await redis.ping()).toBe("PONG");
  redis.disconnect();
});

test("a test can have a Redis of its own, end it and start it again", async () => {
  const server = await startRedis();
  const redis = new Redis(server.url, { retryStrategy: () => 20 });
  redis.on("error", () => undefined);
  await redis.set("key", "value");
  await server.kill();
  await server.restart();
  expect(await redis.get("key")).toBeNull();
  redis.disconnect();
  await server.stop();
});
