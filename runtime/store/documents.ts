import type { PgPool } from "bullmq";
import type { Redis } from "ioredis";
import { redisClock } from "./redis-clock.js";

/**
 * Small texts that many processes change, each only if it still is what they read: what to write is then decided in one
 * place for both stores, and not in a script for each.
 */
export interface Documents {
  /** The text, undefined when there is none, and the store's own clock in ms since 1970. */
  read(key: DocumentKey): Promise<{ readonly text: string | undefined; readonly now: number }>;
  /** Makes the text `after` (undefined: removes it) if it is `before`. False: it is not, and nothing was done. */
  replace(key: DocumentKey, before: string | undefined, after: string | undefined): Promise<boolean>;
}

/** Which text. Those with the same `tag` are on the same node of a cluster. */
export interface DocumentKey {
  readonly tag: string;
  readonly name: string;
}

function nameOf({ tag, name }: DocumentKey): string {
  return `{${tag}}:${name}`;
}

/** Makes the document what `change` says, which may be called again when others change it at the same time. */
export async function changeDocument<T>(
  documents: Documents,
  key: DocumentKey,
  change: (value: T | undefined, now: number) => T | undefined,
): Promise<T | undefined> {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const { text, now } = await documents.read(key);
    const value = change(text === undefined ? undefined : (JSON.parse(text) as T), now);
    const after = value === undefined ? undefined : JSON.stringify(value);
    if (after === text || (await documents.replace(key, text, after))) return value;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(100, 2 ** attempt)));
  }
  throw new Error(`The document ${key.name} is changed by others all the time: ${mostAttempts} attempts have failed.`);
}

const mostAttempts = 200;

/** The documents on Redis, each a string. */
export function redisDocuments(client: Redis): Documents {
  return {
    async read(key) {
      const [text, now] = (await client.eval(read, 1, nameOf(key))) as [string | null, number];
      return { text: text ?? undefined, now };
    },
    async replace(key, before, after) {
      const args = [before ?? "", before === undefined ? "0" : "1", after ?? "", after === undefined ? "0" : "1"];
      return (await client.eval(replace, 1, nameOf(key), ...args)) === 1;
    },
  };
}

const read = `
${redisClock}
return { redis.call("GET", KEYS[1]), now }
`;

/** ARGV: before, whether there is one, after, whether there is one. */
const replace = `
local text = redis.call("GET", KEYS[1])
if ARGV[2] == "1" then
  if text ~= ARGV[1] then return 0 end
elseif text then
  return 0
end
if ARGV[4] == "1" then redis.call("SET", KEYS[1], ARGV[3]) else redis.call("DEL", KEYS[1]) end
return 1
`;

/** The documents of an embedded store, each a row. Its clock is that of its one process. */
export function embeddedDocuments(pool: PgPool): Documents {
  return {
    async read(key) {
      const { rows } = await pool.query<{ text: string }>("SELECT text FROM taskwright_document WHERE name = $1", [
        nameOf(key),
      ]);
      return { text: rows[0]?.text, now: Date.now() };
    },
    async replace(key, before, after) {
      const name = nameOf(key);
      if (before === undefined && after === undefined) return (await this.read(key)).text === undefined;
      const { rowCount } =
        before === undefined
          ? await pool.query("INSERT INTO taskwright_document VALUES ($1, $2) ON CONFLICT DO NOTHING", [name, after])
          : after === undefined
            ? await pool.query("DELETE FROM taskwright_document WHERE name = $1 AND text = $2", [name, before])
            : await pool.query("UPDATE taskwright_document SET text = $3 WHERE name = $1 AND text = $2", [
                name,
                before,
                after,
              ]);
      return rowCount === 1;
    },
  };
}

/** What an embedded store needs beside BullMQ's own tables; once made, nothing. */
export const documentTable =
  "CREATE TABLE IF NOT EXISTS taskwright_document (name text PRIMARY KEY, text text NOT NULL)";
