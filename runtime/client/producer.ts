import { setMaxListeners } from "node:events";
import type { Telemetry } from "bullmq";
import { AlreadyClosed } from "../errors.js";
import type { Logger } from "../logger.js";
import type { JobOptions } from "../mapping/job-options.js";
import type { AddPrepared } from "../store/prepared-jobs.js";
import type { StoreQueue } from "../store/queue.js";
import type { Store } from "../store/store.js";
import type { ClientStore } from "./client-store.js";
import type { JobEvents } from "./job-events.js";

/** The queues of one client, opened at their first use over one shared connection. */
export interface Producer {
  /** Whether the store may be silent for long because it is starting in this very process. */
  readonly isEmbedded: boolean;
  /** Until what opens stores is loaded. It loads by itself, and what it takes is no silence of the store. */
  readonly loading: Promise<void> | undefined;
  /** Rejects with AlreadyClosed after `close`. */
  queue(name: string): Promise<StoreQueue>;
  /** The same. It is closed with the producer. */
  store(): Promise<Store>;
  readonly logger: Logger;
  /** Of whoever wants spans; jobs then carry the active context. */
  readonly telemetry: Telemetry | undefined;
  /** The same; see Store. What it resolves to must not be used after `close`. */
  prepare(queue: string, name: string, opts: JobOptions): Promise<AddPrepared | undefined>;
  /** Whether `close` was called. */
  readonly isClosed: boolean;
  /** The same; one reader for each queue. */
  events(name: string): Promise<JobEvents>;
  /** Aborts at `close`. */
  readonly closed: AbortSignal;
  /** See Store. */
  outageBehind(error?: unknown): Error | undefined;
  close(): Promise<void>;
}

/**
 * A producer on `connection`, which is not touched before the first `queue`.
 *
 * BullMQ and ioredis are loaded from here on, meanwhile: who only imports a client does without them, and who makes one
 * has them by its first job.
 */
export function openProducer(connection: unknown, logger: Logger, telemetry?: Telemetry): Producer {
  const closed = new AbortController();
  // Everyone who waits for a job listens.
  setMaxListeners(0, closed.signal);
  const library = import("./client-store.js");
  let loading: Promise<void> | undefined = library.then(() => {
    loading = undefined;
  });
  // Told to whoever asks for something.
  loading.catch(() => undefined);
  let opened: ClientStore | undefined;
  let opening: Promise<ClientStore> | undefined;
  let closing: Promise<void> | undefined;

  /** Once; but what could not be opened is tried again by the next call. */
  async function open(): Promise<ClientStore> {
    opening ??= library.then(({ openClientStore }) => openClientStore(connection, logger));
    const mine = opening;
    try {
      opened = await mine;
      return opened;
    } catch (error) {
      if (opening === mine) opening = undefined;
      throw error;
    }
  }

  async function openUnlessClosed(): Promise<ClientStore> {
    if (closing !== undefined) throw new AlreadyClosed("client");
    const store = await open();
    if (closing !== undefined) throw new AlreadyClosed("client");
    return store;
  }

  async function close(): Promise<void> {
    closed.abort();
    const store = await opening?.catch(() => undefined);
    await store?.close();
  }

  return {
    isEmbedded: typeof connection === "string" && connection.startsWith("embedded:"),
    get loading() {
      return loading;
    },
    queue: async (name) => (await openUnlessClosed()).queue(name),
    async prepare(name, job, opts) {
      const { store, queue } = await openUnlessClosed();
      return store.prepare(queue(name), job, opts);
    },
    get isClosed() {
      return closing !== undefined;
    },
    store: async () => (await openUnlessClosed()).store,
    logger,
    telemetry,
    events: async (name) => (await openUnlessClosed()).events(name),
    closed: closed.signal,
    outageBehind: (error) => opened?.store.outageBehind(error),
    close() {
      closing ??= close();
      return closing;
    },
  };
}
