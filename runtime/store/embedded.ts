import { EventEmitter } from "node:events";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import { type PgPool, type PgPoolClient, type PgQueryResult, runMigrations } from "bullmq";
import { documentTable } from "./documents.js";
import { EmbeddedInUse, EmbeddedMissing, EmbeddedUnusable } from "./embedded-errors.js";
import { lockFolder } from "./embedded-lock.js";
import { Session } from "./embedded-session.js";
import { DISK, isUnpacked, loadTemplate, unpackTemplate } from "./embedded-template.js";

type Pglite = typeof import("@electric-sql/pglite");

/** A PostgreSQL in this process, for BullMQ. */
export interface EmbeddedDatabase {
  /** As `connection` for BullMQ's classes, with `createPostgresBackend`. Opens the database at its first use. */
  readonly pool: PgPool;
  /**
   * Resolves once the database is open, and opens it if nothing has yet.
   *
   * Rejects with EmbeddedMissing, EmbeddedInUse or EmbeddedUnusable, as the pool's queries then do; the next use
   * tries again.
   */
  ready(): Promise<void>;
  /**
   * Gives this handle back; its pool is over. The last handle on a location closes the database and resolves when
   * its folder is free for another process. Close queues and workers first. A second call is the first.
   */
  close(): Promise<void>;
}

/**
 * The embedded database at `location`: a folder, made when missing, or undefined for this process's memory.
 *
 * Every handle on one location in a process shares one database, which opens at the first use of any and closes with
 * the last; an in-memory one is then gone. Nothing happens before that first use: neither PGlite is loaded nor a
 * folder made. A folder serves one process at a time. It survives a killed process, with every committed job, but
 * not a power cut: nothing is flushed to the disk itself.
 */
export function openEmbedded(location: string | undefined): EmbeddedDatabase {
  const shared = share(location === undefined ? undefined : resolve(location));
  let closing: Promise<void> | undefined;
  const session = async (): Promise<Session> => {
    if (closing !== undefined) throw new Error("Cannot use a pool after calling end on the pool.");
    return await shared.session();
  };
  const close = (): Promise<void> => {
    closing ??= leave(shared);
    return closing;
  };
  return { pool: new Pool(session, close), ready: async () => void (await session()), close };
}

class Pool extends EventEmitter implements PgPool {
  /** Nothing can drop the connection: BullMQ may wait for a notification as long as it likes. */
  readonly options = { keepAlive: true };
  readonly end: () => Promise<void>;
  readonly #session: () => Promise<Session>;

  constructor(session: () => Promise<Session>, end: () => Promise<void>) {
    super();
    this.#session = session;
    this.end = end;
    // Every BullMQ backend on the pool adds its own listener, and none is ever removed.
    this.setMaxListeners(0);
  }

  async query<Row>(text: string, parameters?: readonly unknown[]): Promise<PgQueryResult<Row>> {
    return await (await this.#session()).query(text, parameters);
  }

  async connect(): Promise<PgPoolClient> {
    return (await this.#session()).connect();
  }
}

/** One database and how many handles are on it. */
interface Shared {
  readonly folder: string | undefined;
  handles: number;
  /** Opens the database unless it is open or opening. */
  session(): Promise<Session>;
  close(): Promise<void>;
}

/** By folder; undefined is the one in memory. */
const open = new Map<string | undefined, Shared>();
/** The last database of a location that is still closing: the next has to wait for it. */
const closings = new Map<string | undefined, Promise<void>>();

function share(folder: string | undefined): Shared {
  let shared = open.get(folder);
  if (shared === undefined) {
    shared = createShared(folder);
    open.set(folder, shared);
  }
  shared.handles += 1;
  return shared;
}

async function leave(shared: Shared): Promise<void> {
  shared.handles -= 1;
  if (shared.handles > 0) return;
  open.delete(shared.folder);
  const closing = shared.close().finally(() => {
    if (closings.get(shared.folder) === closing) closings.delete(shared.folder);
  });
  closings.set(shared.folder, closing);
  await closing;
}

function createShared(folder: string | undefined): Shared {
  const predecessor = closings.get(folder);
  let opening: Promise<OpenDatabase> | undefined;
  const start = async (): Promise<OpenDatabase> => {
    await predecessor?.catch(() => undefined);
    return await openDatabase(folder);
  };
  return {
    folder,
    handles: 0,
    session: async () => {
      opening ??= start();
      const mine = opening;
      try {
        return (await mine).session;
      } catch (error) {
        if (opening === mine) opening = undefined;
        throw error;
      }
    },
    close: async () => {
      await predecessor?.catch(() => undefined);
      const database = await opening?.catch(() => undefined);
      await database?.close();
    },
  };
}

interface OpenDatabase {
  readonly session: Session;
  close(): Promise<void>;
}

async function openDatabase(folder: string | undefined): Promise<OpenDatabase> {
  const pglite = await loadPglite();
  let unlock = (): void => undefined;
  try {
    if (folder !== undefined) {
      mkdirSync(folder, { recursive: true });
      unlock = lockFolder(folder);
    }
    const database = await (folder === undefined ? startInMemory(pglite) : startInFolder(pglite, folder));
    const session = new Session(database, pglite.protocol.serialize);
    await prepare(session);
    return { session, close: () => session.close().finally(unlock) };
  } catch (cause) {
    unlock();
    throw cause instanceof EmbeddedInUse ? cause : new EmbeddedUnusable(folder, { cause });
  }
}

async function loadPglite(): Promise<Pglite> {
  try {
    return await import("@electric-sql/pglite");
  } catch (cause) {
    throw new EmbeddedMissing({ cause });
  }
}

async function startInMemory(pglite: Pglite): Promise<PGlite> {
  const template = await loadTemplate(pglite);
  /** PGlite's own `loadDataDir` takes a second longer. */
  class TemplateFs extends pglite.MemoryFS {
    override async initialSyncFs(): Promise<void> {
      const files = this.pg?.Module.FS;
      if (files === undefined) return;
      unpackTemplate(template, pglite.PGlite.paths.PGDATA, {
        makeFolder: (path) => files.mkdirTree(path),
        writeFile: (path, bytes) => files.writeFile(path, bytes),
      });
    }
  }
  return await pglite.PGlite.create({ fs: new TemplateFs(), startParams: settings(pglite, MEMORY_SETTINGS) });
}

async function startInFolder(pglite: Pglite, folder: string): Promise<PGlite> {
  const data = join(folder, "postgres");
  if (!isUnpacked(data)) unpackTemplate(await loadTemplate(pglite), data, DISK);
  return await pglite.PGlite.create(data, { startParams: settings(pglite, FOLDER_SETTINGS) });
}

const FOLDER_SETTINGS = {
  search_path: "bullmq",
  // The write-ahead log would grow to a gigabyte before it starts anew.
  max_wal_size: "64MB",
  min_wal_size: "16MB",
  wal_level: "minimal",
  max_wal_senders: "0",
  // After a kill it would set a timer to report a slow recovery, never stop it, and so keep the process from ending.
  log_startup_progress_interval: "0",
};

/** Nothing can be recovered from memory, so nothing is done for it. */
const MEMORY_SETTINGS = {
  ...FOLDER_SETTINGS,
  max_wal_size: "16MB",
  synchronous_commit: "off",
  full_page_writes: "off",
};

function settings(pglite: Pglite, own: Readonly<Record<string, string>>): string[] {
  return [
    ...pglite.PGlite.defaultStartParams,
    ...Object.entries(own).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
}

/** A kept folder may have been made with an older BullMQ. */
async function prepare(session: Session): Promise<void> {
  const client = session.connect();
  try {
    await runMigrations(client);
    await client.query(documentTable);
  } finally {
    client.release();
  }
}
