import type { PgPool } from "bullmq";
import type { Redis } from "ioredis";

/** When the next run of each of the schedules `ids` of `queue` is due, in ms since 1970; undefined: there is none. */
export type ReadNextRuns = (queue: string, ids: readonly string[]) => Promise<readonly (number | undefined)[]>;

/** On Redis, by one command. */
export function redisNextRuns(client: Redis): ReadNextRuns {
  return async (queue, ids) => {
    if (ids.length === 0) return [];
    const times = await client.zmscore(`{taskwright:${queue}}:${queue}:repeat`, ...ids);
    return times.map((time) => (time === null ? undefined : Number(time)));
  };
}

/** On BullMQ's PostgreSQL tables. */
export function embeddedNextRuns(pool: PgPool): ReadNextRuns {
  return async (queue, ids) => {
    if (ids.length === 0) return [];
    const text = "SELECT scheduler_id AS id, next_run_ms AS time FROM scheduler WHERE queue = $1";
    const { rows } = await pool.query<{ readonly id: string; readonly time: string | null }>(text, [queue]);
    const times = new Map(rows.map(({ id, time }) => [id, time === null ? undefined : Number(time)]));
    return ids.map((id) => times.get(id));
  };
}
