import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { PGlite } from "@electric-sql/pglite";
import { LATEST_SCHEMA_VERSION, runMigrations } from "bullmq";

type Pglite = typeof import("@electric-sql/pglite");

/** A database that has never been used, with BullMQ's tables, as a tar of its data directory. */
export type Template = Uint8Array;

/** Where a template is unpacked: Node's disk, or PGlite's memory. */
export interface TargetFolder {
  /** With its parents. */
  makeFolder(path: string): void;
  writeFile(path: string, bytes: Uint8Array): void;
}

/** Node's disk. */
export const DISK: TargetFolder = {
  makeFolder: (path) => void mkdirSync(path, { recursive: true, mode: 0o700 }),
  writeFile: (path, bytes) => writeFileSync(path, bytes, { mode: 0o600 }),
};

/**
 * The template for the installed versions of PGlite and BullMQ.
 *
 * Making one takes PostgreSQL's `initdb` some five seconds, so it is kept (5 MB) in the user's cache folder for every
 * later start on this machine. Whatever is wrong with that folder or its file only costs the time.
 */
export async function loadTemplate(pglite: Pglite): Promise<Template> {
  const path = cachePath();
  try {
    // The checksum in the gzip format tells a damaged file.
    return await promisify(gunzip)(await readFile(path));
  } catch {
    const template = await makeTemplate(pglite);
    void keepTemplate(path, template).catch(() => undefined);
    return template;
  }
}

/** The database is complete once its PG_VERSION is there, so that file is written last: a start may be killed. */
export function unpackTemplate(template: Template, folder: string, target: TargetFolder): void {
  target.makeFolder(folder);
  let version: Uint8Array | undefined;
  for (const { name, bytes } of readTar(template)) {
    if (name === "PG_VERSION") version = bytes;
    else if (bytes === undefined) target.makeFolder(join(folder, name));
    else target.writeFile(join(folder, name), bytes);
  }
  if (version === undefined) throw new Error("The template of the embedded database is incomplete.");
  target.writeFile(join(folder, "PG_VERSION"), version);
}

/** Whether `folder` holds a complete database. */
export function isUnpacked(folder: string): boolean {
  try {
    return readFileSync(join(folder, "PG_VERSION")).length > 0;
  } catch {
    return false;
  }
}

async function makeTemplate(pglite: Pglite): Promise<Template> {
  const database = await pglite.PGlite.create({ initDbStartParams: ["--wal-segsize=1"] });
  try {
    await runMigrations({ query: (text, parameters) => query(database, text, parameters) });
    await database.exec("CHECKPOINT");
    const tar = await database.dumpDataDir("none");
    return new Uint8Array(await tar.arrayBuffer());
  } finally {
    await database.close();
  }
}

async function query<Row>(database: PGlite, text: string, parameters: readonly unknown[] | undefined) {
  if (parameters !== undefined) return await database.query<Row>(text, [...parameters]);
  const results = await database.exec(text);
  return { rows: (results.at(-1)?.rows ?? []) as Row[] };
}

/** Written aside and renamed: another process never reads half a file. */
async function keepTemplate(path: string, template: Template): Promise<void> {
  const packed = await promisify(gzip)(template, { level: 1 });
  await mkdir(dirname(path), { recursive: true });
  const aside = `${path}.${randomUUID()}`;
  try {
    await writeFile(aside, packed);
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

function cachePath(): string {
  const name = `embedded-pglite-${pgliteVersion()}-bullmq-${LATEST_SCHEMA_VERSION}.tar.gz`;
  return join(cacheFolder(), "taskwright", name);
}

function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME) return XDG_CACHE_HOME;
  if (process.platform === "win32" && LOCALAPPDATA) return LOCALAPPDATA;
  return process.platform === "darwin" ? join(homedir(), "Library", "Caches") : join(homedir(), ".cache");
}

function pgliteVersion(): string {
  // PGlite doesn't export its package.json; its main file lies one folder below it.
  const main = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const manifest: { version: string } = JSON.parse(readFileSync(join(dirname(main), "..", "package.json"), "utf8"));
  return manifest.version;
}

/** Only what PGlite writes: plain files and folders with short names. A folder has no bytes. */
function* readTar(tar: Uint8Array): Generator<{ readonly name: string; readonly bytes: Uint8Array | undefined }> {
  const text = (from: number, length: number) =>
    Buffer.from(tar.buffer, tar.byteOffset + from, length)
      .toString("latin1")
      .replace(/\0.*$/s, "")
      .trim();
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12), 8);
    const isFolder = text(at + 156, 1) === "5";
    const name = text(at, 100).replace(/^\/+/, "");
    yield { name, bytes: isFolder ? undefined : tar.subarray(at + 512, at + 512 + size) };
    at += 512 + Math.ceil(size / 512) * 512;
  }
}
