import { createRedisBackend } from "bullmq";
import { Redis } from "ioredis";
import type { Logger } from "../logger.js";
import { redisAuditTrail } from "./audit-trail.js";
import { readRedisBacklog } from "./backlog.js";
import { redisDocuments } from "./documents.js";
import { gatherWrites } from "./gather-writes.js";
import { quickenScripts } from "./hot-scripts.js";
import { redisNextRuns } from "./next-runs.js";
import { type OutageWatch, openOutageWatch } from "./outage.js";
import { prepareJobs } from "./prepared-jobs.js";
import { redisEffects } from "./redis-effects.js";
import { redisSteps } from "./redis-steps.js";
import type { Store, StoreRole } from "./store.js";
import { redisWorkerRegistry } from "./worker-registry.js";

/**
 * How long a client that may wait for ever waits for any answer before it takes its connection for dead: a network that
 * drops packets closes none. Longer than BullMQ's clients block, which is up to ten seconds.
 */
export const longestSilenceMs = 15_000;

/**
 * A store on one Redis, by URL or on the caller's client.
 *
 * One client serves every queue; each BullMQ worker adds a duplicate of it to block on. A worker's clients are always
 * our own, since they must be allowed to wait for ever (`maxRetriesPerRequest: null`), which would make a producer
 * hang.
 */
export function openRedisStore(target: URL | Redis, role: StoreRole, logger: Logger): Store {
  const isGiven = !(target instanceof URL);
  const client = isGiven ? ofCaller(target, role) : new Redis(target.href, clientOptions[role]);
  const owned = isGiven && role === "producer" ? [] : [client];
  const outages = openOutageWatch(logger);
  outages.add(client);
  if (role === "worker") {
    recordDuplicates(client, owned, outages);
    gatherWrites(client);
    quickenScripts(client);
  }

  return {
    kind: "redis",
    steps: redisSteps(client),
    workers: redisWorkerRegistry(client),
    operator: async () => (await import("./redis-operator.js")).redisOperator(client),
    inspector: async () => (await import("./redis-inspector.js")).redisInspector(client),
    documents: redisDocuments(client),
    effects: redisEffects(client),
    audit: redisAuditTrail(client),
    bind: (queue) => ({
      options: {
        connection: client,
        prefix: `{taskwright:${queue}}`,
        // Together they let a producer that started while Redis was away work once it is there: otherwise BullMQ
        // keeps the rejected start for good.
        ...(role === "producer" && { skipVersionCheck: true, skipWaitingForReady: true }),
      },
      backend: createRedisBackend,
    }),
    backlog: (queue) => readRedisBacklog(client, queue),
    nextRuns: redisNextRuns(client),
    prepare: (queue, name, opts) => prepareJobs(client, queue, name, opts),
    // BullMQ puts a prioritized job back without the marker that idle workers block on; they would sleep on.
    async wake(queue) {
      if (!(await queue.isPaused())) await client.zadd(queue.toKey("marker"), 0, "0");
    },
    async handBack(backend, { member, score }) {
      await client.zadd(backend.toKey("marker"), score, member);
    },
    outageBehind: outages.behind,
    async close() {
      outages.stop();
      await Promise.all(owned.map(end));
    },
  };
}

const clientOptions = {
  producer: {
    lazyConnect: true,
    connectTimeout: 800,
    // What was under way when a connection broke is not sent again: Redis may have done it, and a job would be there twice.
    maxRetriesPerRequest: 0,
    socketTimeout: 5_000,
    retryStrategy,
    reconnectOnError: isReplicaNow,
  },
  worker: {
    connectTimeout: 2_000,
    maxRetriesPerRequest: null,
    socketTimeout: longestSilenceMs,
    retryStrategy,
    reconnectOnError: isReplicaNow,
  },
} as const;

/** The name of the server may stand for another one by now. */
function isReplicaNow(error: Error): boolean {
  return error.message.includes("READONLY");
}

function retryStrategy(times: number): number {
  return Math.min(times * 50, 500);
}

function ofCaller(client: Redis, role: StoreRole): Redis {
  return role === "producer" ? client : client.duplicate({ ...clientOptions.worker, lazyConnect: false });
}

/**
 * BullMQ duplicates the client for its blocking reads and closes the duplicate only once it has been connected, so
 * that closing while Redis is away would leave it trying for ever. Recording them lets `close` end them all.
 */
function recordDuplicates(client: Redis, owned: Redis[], outages: OutageWatch): void {
  const duplicate = client.duplicate.bind(client);
  client.duplicate = (override) => {
    const copy = duplicate(override);
    outages.add(copy);
    owned.push(copy);
    return copy;
  };
}

async function end(client: Redis): Promise<void> {
  if (client.status === "end") return;
  const isConnected = client.status === "ready";
  const quit = isConnected ? client.quit().catch(() => undefined) : Promise.resolve(undefined);
  await Promise.race([quit, new Promise((resolve) => setTimeout(resolve, 500).unref())]);
  client.disconnect();
}
