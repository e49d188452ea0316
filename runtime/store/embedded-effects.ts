import type { PgPool, PgPoolClient } from "bullmq";
import type { Begin, Claim, EffectRecord, EffectRecords, Hold, RecordPlace } from "./effect-records.js";
import { inTransaction } from "./embedded-transaction.js";

/** The records in a table of our own beside BullMQ's, made when it is first needed: each step is one transaction. */
export function embeddedEffects(pool: PgPool): EffectRecords {
  let made: Promise<unknown> | undefined;

  async function change<T>(place: RecordPlace, step: (row: Row | undefined, edit: Edit) => Promise<T>): Promise<T> {
    made ??= pool.query(makeTable);
    try {
      await made;
    } catch (error) {
      made = undefined;
      throw error;
    }
    return inTransaction(pool, async (client) => {
      await client.query(forget);
      const { rows } = await client.query<Row>(find, [place.queue, place.recordId]);
      return step(rows[0], (text, ...values) => client.query(text, [place.queue, place.recordId, ...values]));
    });
  }

  return {
    begin: (place, claim) =>
      change(place, async (row, edit): Promise<Begin> => {
        const found = decide(row, claim);
        if (found.kind === "busy") await edit(addWaiting, claim.jobId);
        if (found.kind !== "begun" || row?.owner === claim.owner) return found;
        const { owner, jobId, fingerprint, leaseMs, ttlMs } = claim;
        const { rows } = await edit(hold, owner, jobId, fingerprint, Number(row?.fence ?? 0) + 1, leaseMs, ttlMs);
        return { ...found, fence: Number((rows[0] as { fence: string }).fence) };
      }),
    renew: (place, claimant, { leaseMs, ttlMs }) =>
      change(place, async (row, edit) => {
        if (row?.state !== "running" || !isHeldBy(row, claimant)) return false;
        await edit(lengthen, leaseMs, ttlMs);
        return true;
      }),
    commit: (place, claimant, result, ttlMs) =>
      change(place, async (row, edit) => {
        // A record that is gone was lost, and nobody else has the key.
        if (row !== undefined && !isHeldBy(row, claimant)) return { isOurs: false, waiting: [] };
        const { owner, jobId, fingerprint, fence } = claimant;
        if (row?.state !== "done") await edit(finish, owner, jobId, fingerprint, fence, ttlMs, result ?? null);
        return { isOurs: true, waiting: row?.waiting ?? [] };
      }),
    release: (place, claimant, as) =>
      change(place, async (row, edit) => {
        if (row === undefined || row.state === "done" || !isHeldBy(row, claimant))
          return { isOurs: false, waiting: [] };
        await edit(giveBack, as === "free" ? "free" : "running");
        return { isOurs: true, waiting: row.waiting };
      }),
    read: (place) => change(place, async (row) => (row === undefined ? undefined : view(row))),
    clear: (place, reason) =>
      change(place, async (row, edit) => {
        if (row === undefined) return "unknown";
        if (row.state === "running" && Number(row.left_ms) > 0) return "running";
        await edit(free, reason);
        return "cleared";
      }),
  };
}

type Edit = (text: string, ...values: unknown[]) => ReturnType<PgPoolClient["query"]>;

/** A row, as `pg` gives it: 64-bit numbers are text. */
interface Row {
  readonly state: "running" | "done" | "free";
  readonly owner: string;
  readonly job_id: string;
  readonly fence: string;
  readonly fingerprint: string;
  readonly leased_until_ms: string;
  /** Of the lease. */
  readonly left_ms: string;
  readonly changed_at_ms: string;
  readonly expires_at_ms: string;
  readonly result: string | null;
  readonly reason: string | null;
  readonly waiting: readonly string[];
}

/** What `begin` finds; a fence that is begun with comes from the write. */
function decide(row: Row | undefined, { owner, jobId, fingerprint, takesOver }: Claim): Begin {
  if (row === undefined || row.state === "free") return { kind: "begun", fence: 0, isTakeover: false };
  if (row.state === "running" && row.owner === owner) {
    return { kind: "begun", fence: Number(row.fence), isTakeover: false };
  }
  const isConflict = row.job_id !== jobId && row.fingerprint !== fingerprint;
  if (row.state === "done") {
    return isConflict
      ? { kind: "conflict", jobId: row.job_id }
      : { kind: "done", jobId: row.job_id, result: row.result ?? undefined };
  }
  const forMs = Number(row.left_ms);
  if (forMs > 0) return { kind: "busy", jobId: row.job_id, forMs };
  if (isConflict) return { kind: "conflict", jobId: row.job_id };
  return takesOver ? { kind: "begun", fence: 0, isTakeover: true } : { kind: "uncertain", jobId: row.job_id };
}

function isHeldBy(row: Row, { owner, fence }: Hold): boolean {
  return row.owner === owner && Number(row.fence) === fence;
}

function view(row: Row): EffectRecord {
  return {
    state: row.state === "running" && Number(row.left_ms) <= 0 ? "uncertain" : row.state,
    jobId: row.job_id,
    fence: Number(row.fence),
    leasedUntil: Number(row.leased_until_ms),
    changedAt: Number(row.changed_at_ms),
    expiresAt: Number(row.expires_at_ms),
    result: row.result ?? undefined,
    clearedBecause: row.reason ?? undefined,
  };
}

const now = "floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

const makeTable = `
CREATE TABLE IF NOT EXISTS taskwright_effect (
  queue text NOT NULL, record_id text NOT NULL, state text NOT NULL, owner text NOT NULL, job_id text NOT NULL,
  fence bigint NOT NULL, fingerprint text NOT NULL, leased_until_ms bigint NOT NULL, changed_at_ms bigint NOT NULL,
  expires_at_ms bigint NOT NULL, result text, reason text, waiting text[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (queue, record_id));
CREATE INDEX IF NOT EXISTS taskwright_effect_expires ON taskwright_effect (expires_at_ms)
`;

/** Before each step, so that an expired record is none; the index makes that cheap. */
const forget = `DELETE FROM taskwright_effect WHERE expires_at_ms <= ${now}`;

/** All of it in one process and one session, so that nothing comes between this and the write after it. */
const find = `
SELECT *, leased_until_ms - ${now} AS left_ms FROM taskwright_effect WHERE queue = $1 AND record_id = $2 FOR UPDATE
`;

/** $3 owner, $4 job, $5 fingerprint, $6 least fence, $7 lease, $8 ttl. */
const hold = `
INSERT INTO taskwright_effect
VALUES ($1, $2, 'running', $3, $4, GREATEST($6::bigint, floor(extract(epoch FROM clock_timestamp()) * 1000000)::bigint),
  $5, ${now} + $7::bigint, ${now}, ${now} + $8::bigint, NULL, NULL, '{}')
ON CONFLICT (queue, record_id) DO UPDATE SET state = EXCLUDED.state, owner = EXCLUDED.owner, job_id = EXCLUDED.job_id,
  fence = EXCLUDED.fence, fingerprint = EXCLUDED.fingerprint, leased_until_ms = EXCLUDED.leased_until_ms,
  changed_at_ms = EXCLUDED.changed_at_ms, expires_at_ms = EXCLUDED.expires_at_ms, result = NULL, reason = NULL
RETURNING fence
`;

/** $3 lease, $4 ttl. */
const lengthen = `
UPDATE taskwright_effect SET leased_until_ms = ${now} + $3::bigint, expires_at_ms = ${now} + $4::bigint
 WHERE queue = $1 AND record_id = $2
`;

/** $3 owner, $4 job, $5 fingerprint, $6 fence, $7 ttl, $8 result. */
const finish = `
INSERT INTO taskwright_effect
VALUES ($1, $2, 'done', $3, $4, $6::bigint, $5, 0, ${now}, ${now} + $7::bigint, $8, NULL, '{}')
ON CONFLICT (queue, record_id) DO UPDATE SET state = 'done', leased_until_ms = 0, changed_at_ms = ${now},
  expires_at_ms = ${now} + $7::bigint, result = $8, waiting = '{}'
`;

/** $3 state. */
const giveBack = `
UPDATE taskwright_effect SET state = $3, leased_until_ms = 0, changed_at_ms = ${now}, waiting = '{}'
 WHERE queue = $1 AND record_id = $2
`;

/** $3 reason. */
const free = `
UPDATE taskwright_effect
   SET state = 'free', owner = '', fingerprint = '', leased_until_ms = 0, changed_at_ms = ${now}, result = NULL, reason = $3
 WHERE queue = $1 AND record_id = $2
`;

/** $3 job. */
const addWaiting = `
UPDATE taskwright_effect SET waiting = array_append(array_remove(waiting, $3), $3) WHERE queue = $1 AND record_id = $2
`;
