import { type CheckedFinding, openOperations } from "taskwright/operate";
import { onTestFinished } from "vitest";
import type { Catalog } from "../../../../runtime/task.js";
import { manifestOf } from "../../../support/manifest-of.js";
import { silentLogger } from "../../../support/project.js";
import { startRedis } from "../../../support/redis-server.js";

const nothing: Catalog = { queues: { q: { weight: 1 } }, workflows: {} };

/** What one check says of a store. */
export async function examined(
  connection: string,
  check: string,
  catalog: Catalog = nothing,
): Promise<readonly CheckedFinding[]> {
  const options = { connection, catalog, manifest: manifestOf(catalog), logger: silentLogger() };
  const operations = openOperations(options);
  try {
    return await operations.examine([check]);
  } finally {
    await operations.close();
  }
}

/** A Redis of a test's own, with these settings. */
export async function redisWith(...args: string[]) {
  const redis = await startRedis({ args });
  onTestFinished(() => redis.stop());
  return redis;
}
