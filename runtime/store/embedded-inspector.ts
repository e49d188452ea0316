import type { PgPool } from "bullmq";
import type { StoreInspector } from "./store-inspector.js";

/** A doctor's questions to BullMQ's PostgreSQL tables. */
export function embeddedInspector(pool: PgPool): StoreInspector {
  return {
    vitals: async () => undefined,
    slowCommands: async () => undefined,
    elsewhere: async () => [],
    underDefaultPrefix: async () => false,
    async abandoned(queue) {
      const { rows } = await pool.query<{ id: string; held: boolean }>(active, [queue, Date.now()]);
      return { ids: rows.filter(({ held }) => !held).map(({ id }) => id), lookedAt: rows.length };
    },
    async looseUniqueValues() {
      const { rows } = await pool.query<{ queue: string; job_id: string; expire_at_ms: string | null }>(loose, [
        Date.now(),
      ]);
      const values = rows.map(({ queue, job_id, expire_at_ms }) => ({
        queue,
        jobId: job_id,
        expiresInMs: expire_at_ms === null ? undefined : Number(expire_at_ms) - Date.now(),
      }));
      return { values, isComplete: rows.length < 1_000 };
    },
  };
}

const active = `
SELECT id, COALESCE(locked_until_ms, 0) > $2 AS held FROM job WHERE queue = $1 AND state = 'active' ORDER BY seq LIMIT 1000
`;

const loose = `
SELECT d.queue, d.job_id, d.expire_at_ms
  FROM dedup d LEFT JOIN job j ON j.queue = d.queue AND j.id = d.job_id AND j.finished_at_ms IS NULL
 WHERE j.id IS NULL AND (d.expire_at_ms IS NULL OR d.expire_at_ms > $1)
 LIMIT 1000
`;
