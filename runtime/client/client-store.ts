import type { Logger } from "../logger.js";
import { openQueue, type StoreQueue } from "../store/queue.js";
import { openStore, type Store } from "../store/store.js";
import { type JobEvents, openJobEvents } from "./job-events.js";

/** One store with the queues and the readers of events that a client has used of it. */
export interface ClientStore {
  readonly store: Store;
  /** Opened at its first use. */
  queue(name: string): StoreQueue;
  /** The same; one reader for each queue. */
  events(name: string): Promise<JobEvents>;
  close(): Promise<void>;
}

/** Opens the store that `connection` names, for a client. See `openStore`. */
export async function openClientStore(connection: unknown, logger: Logger): Promise<ClientStore> {
  const store = await openStore(connection, "producer", logger);
  const queues = new Map<string, StoreQueue>();
  const events = new Map<string, Promise<JobEvents>>();

  function queueOf(name: string): StoreQueue {
    const queue = queues.get(name) ?? openQueue(store, name, logger);
    queues.set(name, queue);
    return queue;
  }

  /** What failed, or was closed since nobody listened, is opened again by the next call. */
  function eventsOf(name: string): Promise<JobEvents> {
    const open = events.get(name);
    if (open !== undefined) return open;
    const opening = openJobEvents(store, queueOf(name), logger, closeIdle);
    events.set(name, opening);
    opening.catch(() => events.delete(name));
    return opening;

    function closeIdle(): void {
      events.delete(name);
      void opening.then((reader) => reader.close()).catch((err: unknown) => logger.warn({ err }, "closing failed"));
    }
  }

  return {
    store,
    queue: queueOf,
    events: eventsOf,
    async close() {
      const readers = await Promise.all([...events.values()].map((reader) => reader.catch(() => undefined)));
      await Promise.all([...queues.values(), ...readers].map((each) => each?.close()));
      await store.close();
    },
  };
}
