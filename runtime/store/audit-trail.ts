import type { Redis } from "ioredis";

/** What operators did, the latest first. What an entry says is the caller's own; here it is text. */
export interface AuditTrail {
  /** Adds an entry and forgets those beyond the latest `most`. */
  append(entry: string, most: number): Promise<void>;
  /** `count` entries from the `start`th on, 0 being the latest. */
  read(start: number, count: number): Promise<readonly string[]>;
}

/** The trail on Redis: one for all processes. */
export function redisAuditTrail(client: Redis): AuditTrail {
  return {
    async append(entry, most) {
      await client
        .multi()
        .lpush(key, entry)
        .ltrim(key, 0, most - 1)
        .exec();
    },
    read: (start, count) => client.lrange(key, start, start + count - 1),
  };
}

/** The trail of an embedded store: of this process, and gone with it. */
export function embeddedAuditTrail(location: string | undefined): AuditTrail {
  const entries = trailsByLocation.get(location) ?? [];
  trailsByLocation.set(location, entries);
  return {
    async append(entry, most) {
      entries.unshift(entry);
      entries.length = Math.min(entries.length, most);
    },
    read: async (start, count) => entries.slice(start, start + count),
  };
}

const key = "{taskwright}:audit";
const trailsByLocation = new Map<string | undefined, string[]>();
