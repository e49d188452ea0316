import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EmbeddedInUse } from "./embedded-errors.js";

/** What the lock file holds, as JSON. */
interface Holder {
  readonly pid: number;
  /** When the process started, in the system's own words, so that a reused pid isn't mistaken for the holder. */
  readonly startedAt: string | undefined;
}

/**
 * Locks `folder` for this process and returns what unlocks it.
 *
 * A lock whose process is gone is taken over. Throws EmbeddedInUse if it lives. Processes in different containers
 * or on different machines that share the folder cannot see each other's pids and are not kept apart.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, "taskwright.lock");
  while (!create(path)) {
    const holder = read(path);
    if (holder === undefined) continue;
    if (isAlive(holder)) throw new EmbeddedInUse(folder, holder.pid);
    discard(path, holder);
  }
  return () => rmSync(path, { force: true });
}

/** A link appears whole: nobody reads a lock that is still being written. */
function create(path: string): boolean {
  const holder: Holder = { pid: process.pid, startedAt: startOf(process.pid) };
  const aside = `${path}.${randomUUID()}`;
  writeFileSync(aside, JSON.stringify(holder));
  try {
    linkSync(aside, path);
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Who holds the lock, or undefined if it has just gone. */
function read(path: string): Holder | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
  try {
    const { pid, startedAt } = JSON.parse(text) as Holder;
    return { pid, startedAt };
  } catch {
    // Not ours, or the machine went down while it was written: nobody's.
    return { pid: 0, startedAt: undefined };
  }
}

/** Renaming first: between reading and removing, another process may have put its own lock there. */
function discard(path: string, stale: Holder): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (isCode(error, "ENOENT")) return;
    throw error;
  }
  const moved = read(aside);
  if (moved?.pid === stale.pid && moved.startedAt === stale.startedAt) rmSync(aside, { force: true });
  else renameSync(aside, path);
}

function isAlive({ pid, startedAt }: Holder): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!isCode(error, "EPERM")) return false;
  }
  return startedAt === undefined || startOf(pid) === undefined || startOf(pid) === startedAt;
}

/** Undefined where the system has no /proc: there a pid alone has to do. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name, in parentheses, may hold spaces; the 20th field after it is the start in clock ticks.
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}:${ticks}`;
  } catch {
    return undefined;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
