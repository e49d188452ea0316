import type { Redis } from "ioredis";
import { redisClock } from "./redis-clock.js";

/**
 * Notes of the workers on a store, each gone when it is not renewed in time. What a note says is the worker's own; here
 * it is text.
 */
export interface WorkerRegistry {
  /** Sets the note of worker `id` for the next `ttlMs`. */
  write(id: string, note: string, ttlMs: number): Promise<void>;
  remove(id: string): Promise<void>;
  /** The notes that are not over, in no order. */
  list(): Promise<readonly string[]>;
}

/** The registry on Redis: by its clock alone, since those of the workers differ. */
export function redisWorkerRegistry(client: Redis): WorkerRegistry {
  return {
    async write(id, note, ttlMs) {
      await client.eval(write, 2, notesKey, endsKey, id, note, ttlMs);
    },
    async remove(id) {
      await client.multi().hdel(notesKey, id).zrem(endsKey, id).exec();
    },
    list: async () => (await client.eval(list, 2, notesKey, endsKey)) as string[],
  };
}

/** The registry of an embedded store: its workers all live in this process, and so does what they tell. */
export function embeddedWorkerRegistry(location: string | undefined): WorkerRegistry {
  const notes = notesByLocation.get(location) ?? new Map<string, { readonly note: string; readonly endsAt: number }>();
  notesByLocation.set(location, notes);
  return {
    async write(id, note, ttlMs) {
      notes.set(id, { note, endsAt: Date.now() + ttlMs });
    },
    async remove(id) {
      notes.delete(id);
    },
    async list() {
      return [...notes.values()].filter(({ endsAt }) => endsAt > Date.now()).map(({ note }) => note);
    },
  };
}

const notesByLocation = new Map<string | undefined, Map<string, { readonly note: string; readonly endsAt: number }>>();

/** One slot for all workers: each of them serves many queues, and each queue has a slot of its own. */
const notesKey = "{taskwright}:workers";
const endsKey = "{taskwright}:workers:ends";

/** KEYS: notes, ends. ARGV: id, note, ms. Clears away those that are over; when no worker is left, so are both keys. */
const write = `
${redisClock}
for _, id in ipairs(redis.call("ZRANGEBYSCORE", KEYS[2], "-inf", now)) do
  redis.call("HDEL", KEYS[1], id)
  redis.call("ZREM", KEYS[2], id)
end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
redis.call("ZADD", KEYS[2], now + ARGV[3], ARGV[1])
for _, key in ipairs(KEYS) do
  if redis.call("PTTL", key) < tonumber(ARGV[3]) then redis.call("PEXPIRE", key, ARGV[3]) end
end
`;

/** KEYS: notes, ends. */
const list = `
${redisClock}
local notes = {}
for _, id in ipairs(redis.call("ZRANGEBYSCORE", KEYS[2], "(" .. now, "+inf")) do
  notes[#notes + 1] = redis.call("HGET", KEYS[1], id) or nil
end
return notes
`;
