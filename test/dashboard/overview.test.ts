import type { Manifest } from "taskwright/operate";
import { openOperations } from "taskwright/operate";
import { expect, onTestFinished, test } from "vitest";
import { catalog } from "../../generated/catalog.js";
import manifest from "../../generated/manifest.json" with { type: "json" };
import { startRedis } from "../support/redis-server.js";
import { openServedDashboard, Visitor } from "./open-dashboard.js";

test("the overview says of Redis what the doctor says, in his words", async () => {
  const redis = await startRedis({ args: ["--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru"] });
  onTestFinished(() => redis.stop());
  const { url, logger, close } = await openServedDashboard({ signIn: false, connection: redis.url });
  onTestFinished(close);
  const operations = openOperations({ catalog, manifest: manifest as Manifest, connection: redis.url, logger });
  onTestFinished(() => operations.close());
  const page = await (await new Visitor(url).get("/")).text();
  const found = await operations.examine(["eviction", "persistence"]);
  expect(found.map(({ level }) => level)).toEqual(["error", "error"]);
  for (const finding of found) {
    expect.soft(page).toContain(finding.found);
    const wayOut = "why" in finding ? finding.wayOut : "";
    expect.soft(page).toContain(wayOut.replaceAll(/`([^`]+)`/g, "<code>$1</code>"));
  }
});
