import type { PgPool, PgPoolClient } from "bullmq";
import type { JobOptions } from "../mapping/job-options.js";
import { inTransaction } from "./embedded-transaction.js";
import {
  type ChangeStep,
  changeOptions,
  type JobChanges,
  type JobSet,
  type OperatorStore,
  type PageRequest,
  type StoredRow,
} from "./operator-store.js";

/** An operator's questions and steps on BullMQ's PostgreSQL tables. */
export function embeddedOperator(pool: PgPool): OperatorStore {
  return {
    async page(queue, request) {
      const { rows } = await pool.query<JobRow>(pageQuery(request.set), pageParameters(queue, request));
      const last = rows.at(-1);
      const jobs = rows.map((row) => readRow(row, request.set)).filter((job) => isWanted(job, request));
      const isMore = rows.length === request.count && last !== undefined;
      return { jobs, scanned: rows.length, next: isMore ? `${last.first} ${last.second}` : undefined };
    },
    async waitingSince(queue) {
      const { rows } = await pool.query<{ since: string | null }>(waitingSince, [queue, Date.now()]);
      const since = rows[0]?.since ?? undefined;
      return since === undefined ? undefined : Number(since);
    },
    async countEnded(queue, outcome, since) {
      const { rows } = await pool.query<{ count: string }>(countEnded, [queue, outcome, since]);
      return Number(rows[0]?.count ?? 0);
    },
    async events(queue, jobId) {
      const { rows } = await pool.query<{ at: string; event: string; data: object }>(eventsOf, [queue, jobId]);
      return rows.map(({ at, event, data }) => ({ at: Number(at), event, fields: asTexts(data) })).reverse();
    },
    async queueNames() {
      const { rows } = await pool.query<{ queue: string }>(
        "SELECT queue FROM meta UNION SELECT queue FROM job ORDER BY 1",
      );
      return { names: rows.map(({ queue }) => queue), isComplete: true };
    },
    retry: (queue, jobId, changes) =>
      inTransaction(pool, async (client): Promise<ChangeStep> => {
        const job = await lockJob(client, queue, jobId);
        if (job === undefined) return { kind: "unknown" };
        if (job.state !== "failed") return { kind: "state" };
        if (mark in job.opts) return { kind: "cancelled" };
        const holder = await takeUnique(client, queue, jobId, changes.uniqueId);
        if (holder !== undefined) return { kind: "held", holder };
        await writeOptions(client, queue, jobId, job.opts, changes);
        await client.query("UPDATE job SET stalled_count = 0 WHERE queue = $1 AND id = $2", [queue, jobId]);
        await client.query("SELECT reprocess_job($1, $2, 'failed', false, true, true)", [queue, jobId]);
        return { kind: "changed" };
      }),
    edit: (queue, jobId, payload, changes) =>
      inTransaction(pool, async (client): Promise<ChangeStep> => {
        const job = await lockJob(client, queue, jobId);
        if (job === undefined) return { kind: "unknown" };
        if (job.state === "completed" || job.state === "active") return { kind: "state" };
        if (mark in job.opts) return { kind: "cancelled" };
        if (job.state !== "failed" && changes.uniqueId !== undefined && changes.uniqueId !== job.dedup_id) {
          const holder = await takeUnique(client, queue, jobId, changes.uniqueId);
          if (holder !== undefined) return { kind: "held", holder };
          await client.query("SELECT dedup_on_removal($1, $2, $3)", [queue, jobId, job.dedup_id]);
        }
        await writeOptions(client, queue, jobId, job.opts, changes);
        await client.query("UPDATE job SET data = $3::jsonb WHERE queue = $1 AND id = $2", [
          queue,
          jobId,
          JSON.stringify(payload),
        ]);
        return { kind: "changed" };
      }),
    async health() {
      const from = Date.now();
      const { rows } = await pool.query<{ version: string; now: string }>(health);
      const roundTripMs = Date.now() - from;
      return {
        kind: "embedded",
        version: rows[0]?.version ?? "unknown",
        usedMemoryBytes: undefined,
        maxMemoryBytes: undefined,
        maxMemoryPolicy: undefined,
        isAppendOnly: undefined,
        isCluster: undefined,
        clients: undefined,
        maxClients: undefined,
        uptimeMs: undefined,
        commandsPerSecond: undefined,
        // It has this process's own clock.
        clockSkewMs: 0,
        roundTripMs,
      };
    },
  };
}

const mark = "taskwright:cancelled";

/** Which jobs are in a set, and the two columns that order it. */
const sets: Readonly<Record<JobSet, { readonly where: string; readonly by: readonly [string, string] }>> = {
  active: { where: "state = 'active'", by: ["0", "seq"] },
  wait: { where: "state = 'waiting' AND priority = 0", by: ["priority", "seq"] },
  prioritized: { where: "state = 'waiting' AND priority > 0", by: ["priority", "seq"] },
  "waiting-children": { where: "state = 'waiting-children'", by: ["0", "seq"] },
  delayed: { where: "state = 'delayed'", by: ["process_at_ms", "seq"] },
  completed: { where: "state = 'completed'", by: ["finished_at_ms", "seq"] },
  failed: { where: "state = 'failed'", by: ["finished_at_ms", "seq"] },
};

function pageQuery(set: JobSet): string {
  const { where, by } = sets[set];
  const isNewestFirst = set === "completed" || set === "failed";
  const order = isNewestFirst ? "DESC" : "ASC";
  const span = isNewestFirst
    ? "AND finished_at_ms BETWEEN COALESCE($5::bigint, 0) AND COALESCE($6::bigint, 1e15::bigint)"
    : "";
  return `
SELECT id, name, data, opts, added_at_ms, process_at_ms, processed_at_ms, finished_at_ms, attempts_made, failed_reason,
       scheduler_id, ${by[0]}::bigint AS first, ${by[1]} AS second
  FROM job
 WHERE queue = $1 AND ${where} ${span}
   AND ($2::bigint IS NULL OR (${by[0]}::bigint, ${by[1]}) ${isNewestFirst ? "<" : ">"} ($2::bigint, $3::bigint))
 ORDER BY ${by[0]}::bigint ${order}, ${by[1]} ${order}
 LIMIT $4
`;
}

function pageParameters(queue: string, { set, after, count, endedFrom, endedUntil }: PageRequest): unknown[] {
  const [first, second] = after?.split(" ") ?? [null, null];
  const span = set === "completed" || set === "failed" ? [endedFrom ?? null, endedUntil ?? null] : [];
  return [queue, first, second, count, ...span];
}

interface JobRow {
  readonly id: string;
  readonly name: string;
  readonly data: unknown;
  readonly opts: Partial<JobOptions> & { readonly [mark]?: string };
  readonly added_at_ms: string;
  readonly process_at_ms: string | null;
  readonly processed_at_ms: string | null;
  readonly finished_at_ms: string | null;
  readonly attempts_made: number;
  readonly failed_reason: string | null;
  readonly scheduler_id: string | null;
  readonly first: string;
  readonly second: string;
}

function readRow(row: JobRow, set: JobSet): StoredRow {
  return {
    id: row.id,
    place: `${row.first} ${row.second}`,
    task: row.name,
    payload: row.data,
    options: row.opts,
    enqueuedAt: Number(row.added_at_ms),
    dueAt: set === "delayed" ? time(row.process_at_ms) : undefined,
    startedAt: time(row.processed_at_ms),
    endedAt: time(row.finished_at_ms),
    attempts: row.attempts_made,
    failedReason: row.failed_reason || undefined,
    cancelReason: row.opts[mark],
    scheduler: row.scheduler_id ?? undefined,
  };
}

function isWanted(row: StoredRow, { tasks, text, anywhere }: PageRequest): boolean {
  const { id, task, payload, failedReason = "", cancelReason = "" } = row;
  if (tasks?.includes(task) === false) return false;
  const json = text === undefined && anywhere === undefined ? "" : JSON.stringify(payload);
  if (text !== undefined && !json.includes(text)) return false;
  return anywhere === undefined || [id, json, failedReason, cancelReason].join("\n").toLowerCase().includes(anywhere);
}

function time(text: string | null): number | undefined {
  return text === null ? undefined : Number(text);
}

function asTexts(data: object): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, String(value)]));
}

const waitingSince = `
SELECT min(CASE WHEN due <= $2 THEN due ELSE added_at_ms END) AS since
  FROM (SELECT added_at_ms, added_at_ms + COALESCE((opts->>'delay')::bigint, 0) AS due
          FROM job WHERE queue = $1 AND state = 'waiting') AS waiting
`;

const countEnded = `
SELECT count(*) AS count FROM job WHERE queue = $1 AND state = $2::job_state AND finished_at_ms >= $3
`;

const eventsOf = `
SELECT created_at_ms AS at, event, data FROM event WHERE queue = $1 AND data->>'jobId' = $2 ORDER BY id DESC LIMIT 200
`;

const health = "SELECT current_setting('server_version') AS version";

interface LockedJob {
  readonly state: string;
  readonly opts: object;
  readonly dedup_id: string | null;
}

async function lockJob(client: PgPoolClient, queue: string, jobId: string): Promise<LockedJob | undefined> {
  const { rows } = await client.query<LockedJob>(
    "SELECT state, opts, dedup_id FROM job WHERE queue = $1 AND id = $2 FOR UPDATE",
    [queue, jobId],
  );
  return rows[0];
}

/** Takes a unique value for a job; resolves to the live job that has it, if another one has. */
async function takeUnique(
  client: PgPoolClient,
  queue: string,
  jobId: string,
  uniqueId: string | undefined,
): Promise<string | undefined> {
  if (uniqueId === undefined) return undefined;
  const { rows } = await client.query<{ job_id: string }>(
    `SELECT d.job_id FROM dedup d JOIN job j ON j.queue = d.queue AND j.id = d.job_id
      WHERE d.queue = $1 AND d.dedup_id = $2 AND d.job_id <> $3 AND j.finished_at_ms IS NULL`,
    [queue, uniqueId, jobId],
  );
  if (rows[0] !== undefined) return rows[0].job_id;
  await client.query(
    `INSERT INTO dedup (queue, dedup_id, job_id) VALUES ($1, $2, $3)
     ON CONFLICT (queue, dedup_id) DO UPDATE SET job_id = $3, expire_at_ms = NULL`,
    [queue, uniqueId, jobId],
  );
  await client.query("UPDATE job SET dedup_id = $3 WHERE queue = $1 AND id = $2", [queue, jobId, uniqueId]);
  return undefined;
}

async function writeOptions(
  client: PgPoolClient,
  queue: string,
  jobId: string,
  stored: object,
  changes: JobChanges,
): Promise<void> {
  const changed = changeOptions(stored, changes);
  if (changed === stored) return;
  await client.query("UPDATE job SET opts = $3::jsonb WHERE queue = $1 AND id = $2", [
    queue,
    jobId,
    JSON.stringify(changed),
  ]);
}
