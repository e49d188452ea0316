import type { PgPool, PgPoolClient } from "bullmq";
import { inTransaction } from "./embedded-transaction.js";
import { type CancelStep, type JobSteps, readCancelMessage } from "./job-steps.js";

/** The steps on BullMQ's PostgreSQL tables: each is one transaction. */
export function embeddedSteps(pool: PgPool): JobSteps {
  return {
    removeEnded: (queue, jobId, state) =>
      inTransaction(pool, async (client) => {
        const { rowCount } = await client.query(
          "DELETE FROM job WHERE queue = $1 AND id = $2 AND state = $3::job_state",
          [queue, jobId, state],
        );
        if (rowCount === 1) await publish(client, queue, "removed", { jobId, prev: state });
        return rowCount === 1;
      }),
    async trimCompleted(queue, { count, ageS, now }) {
      // As BullMQ's own endings do it; the job that has ended matters only to what removes that job at once.
      await pool.query("SELECT apply_retention($1, '', 'completed', $2, false, $3, $4)", [queue, now, ageS, count]);
    },
    removeUnbegun: (queue, jobId) =>
      inTransaction(pool, async (client) => {
        const { rowCount } = await client.query(
          "DELETE FROM job WHERE queue = $1 AND id = $2 AND state IN ('waiting', 'delayed') AND attempts_started = 0",
          [queue, jobId],
        );
        if (rowCount === 1) await publish(client, queue, "removed", { jobId, prev: "waiting" });
        return rowCount === 1;
      }),
    cancel: (queue, jobId, { reason, now, isKept }) =>
      inTransaction(pool, async (client): Promise<CancelStep> => {
        const { rows } = await client.query<{ state: string; dedup_id: string | null; is_next_run: boolean }>(findJob, [
          queue,
          jobId,
        ]);
        const [job] = rows;
        if (job === undefined) return "unknown";
        if (job.state === "completed" || job.state === "failed") return "over";
        await client.query(setMark, [queue, jobId, JSON.stringify({ [mark]: reason })]);
        const hasWaited = job.state === "waiting" || job.state === "delayed";
        if (!hasWaited || job.is_next_run) {
          await client.query("SELECT pg_notify($1, $2)", [channel, JSON.stringify({ queue, jobId, reason })]);
          return "marked";
        }
        await client.query("SELECT dedup_on_removal($1, $2, $3)", [queue, jobId, job.dedup_id]);
        if (isKept) await client.query(bury, [queue, jobId, reason, now]);
        else await client.query("DELETE FROM job WHERE queue = $1 AND id = $2", [queue, jobId]);
        await publish(client, queue, "failed", { jobId, failedReason: reason, prev: "waiting" });
        return "ended";
      }),
    async cancelReason(queue, jobId) {
      const { rows } = await pool.query<{ reason: string | null }>(
        "SELECT opts->>$3 AS reason FROM job WHERE queue = $1 AND id = $2",
        [queue, jobId, mark],
      );
      return rows[0]?.reason ?? undefined;
    },
    async forgetCrashes(queue, jobId) {
      await pool.query("UPDATE job SET stalled_count = 0 WHERE queue = $1 AND id = $2", [queue, jobId]);
    },
    async onCancel(queues, listener) {
      const client = await pool.connect();
      client.on("notification", ({ payload }) => {
        const { queue = "", jobId, reason } = readCancelMessage(payload);
        if (queues.includes(queue) && jobId !== undefined) listener.cancelled(queue, jobId, reason ?? "");
      });
      await client.query(`LISTEN ${channel}`);
      return async () => client.release();
    },
  };
}

const channel = "taskwright_cancel";

/** A member of the job's options that BullMQ doesn't know: it lives and goes with the job. */
const mark = "taskwright:cancelled";

/** The next run of a schedule is only marked: BullMQ makes the run after it when it starts. */
const findJob = `
SELECT j.state, j.dedup_id, COALESCE(j.id = 'repeat:' || s.scheduler_id || ':' || s.next_run_ms, false) AS is_next_run
  FROM job j LEFT JOIN scheduler s ON s.queue = j.queue AND s.scheduler_id = j.scheduler_id
 WHERE j.queue = $1 AND j.id = $2
   FOR UPDATE OF j
`;

const setMark = "UPDATE job SET opts = opts || $3::jsonb WHERE queue = $1 AND id = $2";

const bury = `
UPDATE job SET state = 'failed', failed_reason = $3, finished_at_ms = $4, process_at_ms = NULL
 WHERE queue = $1 AND id = $2
`;

async function publish(client: PgPoolClient, queue: string, event: string, data: object): Promise<void> {
  await client.query("SELECT publish_event($1, $2, $3::jsonb)", [queue, event, JSON.stringify(data)]);
}
