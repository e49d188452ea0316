import { resolve } from "node:path";
import { createPostgresBackend } from "bullmq";
import { embeddedAuditTrail } from "./audit-trail.js";
import { readEmbeddedBacklog } from "./backlog.js";
import { embeddedDocuments } from "./documents.js";
import { openEmbedded } from "./embedded.js";
import { embeddedEffects } from "./embedded-effects.js";
import { embeddedSteps } from "./embedded-steps.js";
import { embeddedNextRuns } from "./next-runs.js";
import type { Store } from "./store.js";
import { embeddedWorkerRegistry } from "./worker-registry.js";

/**
 * A store in this process: BullMQ's PostgreSQL backend on PGlite, in memory or in the folder `location`.
 *
 * Every store on the same location in one process sees the same jobs. For development, demos and tests. Rejects with
 * EmbeddedMissing, EmbeddedInUse or EmbeddedUnusable.
 */
export async function openInProcessStore(location: string | undefined): Promise<Store> {
  const database = openEmbedded(location);
  try {
    await database.ready();
  } catch (error) {
    await database.close();
    throw error;
  }
  return {
    kind: "embedded",
    steps: embeddedSteps(database.pool),
    workers: embeddedWorkerRegistry(location === undefined ? undefined : resolve(location)),
    operator: async () => (await import("./embedded-operator.js")).embeddedOperator(database.pool),
    inspector: async () => (await import("./embedded-inspector.js")).embeddedInspector(database.pool),
    documents: embeddedDocuments(database.pool),
    effects: embeddedEffects(database.pool),
    audit: embeddedAuditTrail(location === undefined ? undefined : resolve(location)),
    bind: (queue) => ({
      // BullMQ's own type for a connection knows only Redis: the pool goes straight to the backend.
      options: { connection: {}, prefix: `{taskwright:${queue}}` },
      backend: (name, options, extra) => createPostgresBackend(name, { ...options, connection: database.pool }, extra),
    }),
    backlog: (queue) => readEmbeddedBacklog(database.pool, queue),
    nextRuns: embeddedNextRuns(database.pool),
    prepare: async () => undefined,
    // The backend notifies every worker by itself whenever a job can be taken.
    wake: async () => undefined,
    handBack: async () => undefined,
    outageBehind: () => undefined,
    close: () => database.close(),
  };
}
