import type { BackoffOptions, PgPool } from "bullmq";
import type { Redis } from "ioredis";
import { longestRetryWaitMs } from "../mapping/backoff.js";
import { planPriority } from "../mapping/priority.js";

/** How many jobs of a queue are where, and whether those that wait may be taken. */
export interface Backlog {
  /** Due, and not running. */
  readonly waiting: number;
  readonly active: number;
  /** Not due yet: retries and the next runs of schedules are among them. */
  readonly delayed: number;
  readonly completed: number;
  readonly dead: number;
  readonly isPaused: boolean;
  /** Its limit over all workers lets no job begin now. */
  readonly isLimited: boolean;
  /**
   * When the job that waits longest was due, in ms since 1970; undefined: none waits. Of a retry it is the latest time at
   * which it can have been due.
   */
  readonly oldestDueAt: number | undefined;
}

/**
 * The backlog of a queue on Redis, by plain reads alone: none runs a script, and so they are answered even where nothing
 * can be written.
 */
export async function readRedisBacklog(client: Redis, queue: string): Promise<Backlog> {
  const key = (name: string) => `{taskwright:${queue}}:${queue}:${name}`;
  const counts = client
    .pipeline()
    .llen(key("wait"))
    .llen(key("paused"))
    .zcard(key("prioritized"))
    .llen(key("active"))
    .zcard(key("delayed"))
    .zcard(key("completed"))
    .zcard(key("failed"))
    .hmget(key("meta"), "paused", "concurrency", "max")
    .get(key("limiter"))
    .pttl(key("limiter"))
    .lindex(key("wait"), -1)
    .lindex(key("paused"), -1)
    .zrange(key("prioritized"), "0", "0");
  for (const priority of priorities) {
    counts.zrangebyscore(key("prioritized"), priority * 2 ** 32, (priority + 1) * 2 ** 32 - 1, "LIMIT", 0, 1);
  }
  const answers = await answersOf(counts);
  const [wait, paused, prioritized, active, delayed, completed, dead, meta, used, windowMs, ...heads] = answers;
  const [isPaused, concurrency, max] = meta as (string | null)[];
  const ids = new Set(heads.flat().filter((id): id is string => typeof id === "string"));
  return {
    waiting: Number(wait) + Number(paused) + Number(prioritized),
    active: Number(active),
    delayed: Number(delayed),
    completed: Number(completed),
    dead: Number(dead),
    isPaused: isPaused === "1",
    isLimited: reaches(active, concurrency) || (Number(windowMs) > 0 && reaches(used, max)),
    oldestDueAt: ids.size === 0 ? undefined : await oldest(client, [...ids].map(key)),
  };
}

/** The same on BullMQ's PostgreSQL tables. */
export async function readEmbeddedBacklog(pool: PgPool, queue: string): Promise<Backlog> {
  const [states, settings, heads] = await Promise.all([
    pool.query<{ state: string; count: string }>(countStates, [queue]),
    pool.query<Settings>(readSettings, [queue, Date.now()]),
    pool.query<Head>(readHeads, [queue]),
  ]);
  const count = (name: string) => Number(states.rows.find(({ state }) => state === name)?.count ?? 0);
  const [setting] = settings.rows;
  return {
    waiting: count("waiting"),
    active: count("active"),
    delayed: count("delayed"),
    completed: count("completed"),
    dead: count("failed"),
    isPaused: setting?.paused === "1",
    isLimited: reaches(count("active"), setting?.concurrency) || Number(setting?.limited_ms ?? 0) > 0,
    oldestDueAt: heads.rows.length === 0 ? undefined : Math.min(...heads.rows.map(dueAt)),
  };
}

/** In each the first is the oldest. */
const priorities = (["high", "normal", "low"] as const).map(planPriority);

async function oldest(client: Redis, keys: readonly string[]): Promise<number | undefined> {
  const reads = client.pipeline();
  for (const key of keys) reads.hmget(key, "timestamp", "opts", "processedOn", "atm");
  const due = ((await answersOf(reads)) as (string | null)[][]).flatMap(([added, opts, processedOn, attempts]) =>
    // One that has been taken and removed in the meantime has none.
    added === null || added === undefined
      ? []
      : [dueAt({ added, opts: parse(opts), started: processedOn, attempts: attempts ?? "0" })],
  );
  return due.length === 0 ? undefined : Math.min(...due);
}

/** What tells since when a job waits; as stored, numbers may be text. */
interface Head {
  readonly added: string | number;
  readonly opts: {
    readonly delay?: number;
    readonly prevMillis?: number;
    readonly backoff?: number | BackoffOptions;
  };
  readonly started: string | number | null | undefined;
  readonly attempts: string | number;
}

function dueAt({ added, opts, started, attempts }: Head): number {
  const { prevMillis, delay = 0, backoff } = opts;
  const made = Number(attempts);
  if (made === 0 || started === null || started === undefined) return prevMillis ?? Number(added) + delay;
  return Number(started) + longestRetryWaitMs(backoff, made);
}

function parse(opts: string | null | undefined): Head["opts"] {
  const value: unknown = JSON.parse(opts ?? "{}");
  return typeof value === "object" && value !== null ? value : {};
}

function reaches(value: unknown, limit: string | null | undefined): boolean {
  return limit !== null && limit !== undefined && Number(value) >= Number(limit);
}

async function answersOf(pipeline: ReturnType<Redis["pipeline"]>): Promise<unknown[]> {
  const answers = (await pipeline.exec()) ?? [];
  return answers.map(([error, answer]) => {
    if (error !== null) throw error;
    return answer;
  });
}

interface Settings {
  readonly paused: string | null;
  readonly concurrency: string | null;
  readonly limited_ms: string;
}

const countStates = "SELECT state::text AS state, count(*) AS count FROM job WHERE queue = $1 GROUP BY state";

const readSettings = `
SELECT (SELECT value FROM meta WHERE queue = $1 AND field = 'paused') AS paused,
       (SELECT value FROM meta WHERE queue = $1 AND field = 'concurrency') AS concurrency,
       rate_limit_ttl($1, 0, $2) AS limited_ms
`;

const readHeads = `
SELECT DISTINCT ON (priority)
       added_at_ms AS added, opts, processed_at_ms AS started, attempts_made AS attempts
  FROM job WHERE queue = $1 AND state = 'waiting' ORDER BY priority, seq
`;
