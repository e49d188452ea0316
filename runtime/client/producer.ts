import { setMaxListeners } from "node:events";
import type { Telemetry } from "bullmq";
import { AlreadyClosed } from "../errors.js";
import type { Logger } from "../logger.js";
import type { JobOptions } from "../mapping/job-options.js";
import type { AddPrepared } from "../store/prepared-jobs.js";
import { openQueue, type StoreQueue } from "../store/queue.js";
import { openStore, type Store } from "../store/store.js";
import { type JobEvents, openJobEvents } from "./job-events.js";

/** The queues of one client, opened at their first use over one shared connection. */
export interface Producer {
  /** Whether the store may be silent for long because it is starting in this very process. */
  readonly isEmbedded: boolean;
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

/** A producer on `connection`, which is not touched before the first `queue`. */
export function openProducer(connection: unknown, logger: Logger, telemetry?: Telemetry): Producer {
  const queues = new Map<string, StoreQueue>();
  const events = new Map<string, Promise<JobEvents>>();
  const closed = new AbortController();
  // Everyone who waits for a job listens.
  setMaxListeners(0, closed.signal);
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

  async function openUnlessClosed(): Promise<Store> {
    if (closing !== undefined) throw new AlreadyClosed("client");
    const store = await open();
    if (closing !== undefined) throw new AlreadyClosed("client");
    return store;
  }

  async function queueOf(name: string): Promise<StoreQueue> {
    const store = await openUnlessClosed();
    const queue = queues.get(name) ?? openQueue(store, name, logger);
    queues.set(name, queue);
    return queue;
  }

  /** Once for each queue; what failed, or was closed since nobody listened, is opened again by the next call. */
  function eventsOf(name: string): Promise<JobEvents> {
    const open = events.get(name);
    if (open !== undefined) return open;
    const opening = queueOf(name).then(async (queue) => {
      return openJobEvents(await openUnlessClosed(), queue, logger, closeIdle);
    });
    events.set(name, opening);
    opening.catch(() => events.delete(name));
    return opening;

    function closeIdle(): void {
      events.delete(name);
      void opening.then((reader) => reader.close()).catch((err: unknown) => logger.warn({ err }, "closing failed"));
    }
  }

  async function close(): Promise<void> {
    closed.abort();
    const store = await opening?.catch(() => undefined);
    if (store === undefined) return;
    const readers = await Promise.all([...events.values()].map((reader) => reader.catch(() => undefined)));
    await Promise.all([...queues.values(), ...readers].map((each) => each?.close()));
    await store.close();
  }

  return {
    isEmbedded: typeof connection === "string" && connection.startsWith("embedded:"),
    queue: queueOf,
    prepare: async (name, job, opts) => (await openUnlessClosed()).prepare(await queueOf(name), job, opts),
    get isClosed() {
      return closing !== undefined;
    },
    store: openUnlessClosed,
    logger,
    telemetry,
    events: eventsOf,
    closed: closed.signal,
    outageBehind: (error) => opened?.outageBehind(error),
    close() {
      closing ??= close();
      return closing;
    },
  };
}
