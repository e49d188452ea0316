import type { PgPool, PgPoolClient } from "bullmq";

/** What `run` resolves to, after its changes were kept; when it rejects, none of them are. */
export async function inTransaction<T>(pool: PgPool, run: (client: PgPoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const result = await run(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
