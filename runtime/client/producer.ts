import { AlreadyClosed } from "../errors.js";
import type { Logger } from "../logger.js";
import { openQueue, type StoreQueue } from "../store/queue.js";
import { openStore, type Store } from "../store/store.js";

/** The queues of one client, opened at their first use over one shared connection. */
export interface Producer {
  /** Whether the store may be silent for long because it is starting in this very process. */
  readonly isEmbedded: boolean;
  /** Rejects with AlreadyClosed after `close`. */
  queue(name: string): Promise<StoreQueue>;
  /** See Store. */
  outageBehind(error: unknown): Error | undefined;
  close(): Promise<void>;
}

/** A producer on `connection`, which is not touched before the first `queue`. */
export function openProducer(connection: unknown, logger: Logger): Producer {
  const queues = new Map<string, StoreQueue>();
  let opened: Store | undefined;
  let opening: Promise<Store> | undefined;
  let closing: Promise<void> | undefined;

  /** Once; but what could not be opened is tried again by the next call. */
  async function open(): Promise<Store> {
    opening ??= openStore(connection, "producer", logger);
    const mine = opening;
    try {
      opened = await mine;
      return opened;
    } catch (error) {
      if (opening === mine) opening = undefined;
      throw error;
    }
  }

  async function close(): Promise<void> {
    const store = await opening?.catch(() => undefined);
    if (store === undefined) return;
    await Promise.all([...queues.values()].map((queue) => queue.close()));
    await store.close();
  }

  return {
    isEmbedded: typeof connection === "string" && connection.startsWith("embedded:"),
    async queue(name) {
      if (closing !== undefined) throw new AlreadyClosed("client");
      const store = await open();
      if (closing !== undefined) throw new AlreadyClosed("client");
      const queue = queues.get(name) ?? openQueue(store, name, logger);
      queues.set(name, queue);
      return queue;
    },
    outageBehind: (error) => opened?.outageBehind(error),
    close() {
      closing ??= close();
      return closing;
    },
  };
}
