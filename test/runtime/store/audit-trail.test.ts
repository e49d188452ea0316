import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { type AuditTrail, embeddedAuditTrail, redisAuditTrail } from "../../../runtime/store/audit-trail.js";
import { ownDatabase } from "../../support/own-database.js";

test.each<[string, () => Promise<AuditTrail>]>([
  [
    "Redis",
    async () => {
      const redis = new Redis(await ownDatabase());
      onTestFinished(() => void redis.disconnect());
      return redisAuditTrail(redis);
    },
  ],
  ["embedded", async () => embeddedAuditTrail(randomUUID())],
])("on %s, the latest entries are kept, the latest first", async (_, open) => {
  const trail = await open();
  for (const entry of ["a", "b", "c", "d"]) await trail.append(entry, 3);
  expect(await trail.read(0, 10)).toEqual(["d", "c", "b"]);
  expect(await trail.read(1, 1)).toEqual(["c"]);
});
