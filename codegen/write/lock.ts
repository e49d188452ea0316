import { randomUUID } from "node:crypto";
import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { diskFault } from "./disk-fault.js";
import { listFolder } from "./list-folder.js";

/** Name of the folder that is both the lock and the place for unfinished work. */
const lockName = ".taskwright";

/** How long another process is waited for before it is named. It holds the lock while it writes, not while it compiles. */
const patienceMs = 20_000;

/** A folder that one process at a time may write. */
interface Place {
  /** Relative to the project, as messages show it. */
  readonly name: string;
  readonly folder: string;
  /** Inside the folder: there while it is locked. */
  readonly scratch: string;
}

/**
 * Runs `work` while no other process does so on `name` (a folder relative to `root`), with a folder of its own inside.
 *
 * Whoever holds the lock is written down in it. A lock whose holder is dead passes on with all that it left unfinished,
 * for `work` to deal with; else that folder is empty. It is gone afterwards, unless `isUnfinished` says so. Where
 * `work` throws, folders that were made for the lock are gone too.
 */
export function withLock<T>(
  root: string,
  name: string,
  work: (scratch: string) => T,
  isUnfinished: (scratch: string) => boolean,
): T {
  const place = { name, folder: join(root, name), scratch: join(root, name, lockName) };
  const madeFolder = acquire(place);
  let isDone = false;
  try {
    sweep(place.folder);
    const result = work(place.scratch);
    isDone = true;
    return result;
  } finally {
    if (!isUnfinished(place.scratch)) {
      release(place.scratch);
      if (!isDone && madeFolder !== undefined) removeIfEmpty(place.folder, madeFolder);
    }
  }
}

/** The outermost folder that had to be made, if any. Throws when another process keeps the lock for too long. */
function acquire(place: Place): string | undefined {
  const me = whoAmI();
  const until = performance.now() + patienceMs;
  let made: string | undefined;
  try {
    for (let failures = 0; ; ) {
      try {
        made = makeFolders(place) ?? made;
        const holder = claim(place.scratch, me);
        if (holder === undefined) return made;
        if (performance.now() > until) throw new Error(describeHolder(holder, place));
        failures = 0;
      } catch (cause) {
        // Another process that ends at this moment removes its folders, perhaps between two of our steps.
        failures += 1;
        if (!isCode(cause, "ENOENT") || failures > 100) throw cause;
      }
      // The compiler is synchronous from end to end, and so is its waiting.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  } catch (cause) {
    removeIfEmpty(place.scratch, made ?? place.scratch);
    throw cause instanceof Error && "code" in cause ? diskFault("write", place.name, cause) : cause;
  }
}

/** Never in a recursive call, which on a read-only disk reports something else. */
function makeFolders({ folder, scratch }: Place): string | undefined {
  const made = makeFolder(folder);
  try {
    mkdirSync(scratch);
  } catch (cause) {
    if (!isCode(cause, "EEXIST")) throw cause;
  }
  return made;
}

/** The outermost folder that had to be made. */
function makeFolder(folder: string): string | undefined {
  if (existsSync(folder)) return undefined;
  const outer = makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
    return outer ?? folder;
  } catch (cause) {
    // Another process made it meanwhile; a link that leads nowhere is there too, and no folder.
    if (isCode(cause, "EEXIST") && existsSync(folder)) return outer;
    throw cause;
  }
}

/** A process, told from a later one of the same number. */
interface Holder {
  readonly pid: number;
  /** In the system's own count; empty where it cannot be told. */
  readonly startedAt: string;
  readonly host: string;
}

/**
 * Claims the lock, or tells who holds it (`null` where that cannot be read yet).
 *
 * The first claim is the file `holder`. The heir of a dead holder claims a file that is named after it, and so on:
 * nothing is removed to take a lock over, so two heirs can never both think that they have it. A claim appears with
 * its content, by a link to a ticket in the same folder; when the folder was released meanwhile, the ticket is gone
 * with it and the link fails.
 */
function claim(scratch: string, me: Holder): Holder | null | undefined {
  const ticket = join(scratch, `ticket-${randomUUID()}`);
  try {
    writeFileSync(ticket, JSON.stringify(me));
    let place = join(scratch, "holder");
    for (;;) {
      linkExclusively(ticket, place);
      // Read even where the link succeeded: it may have been made in a folder that was released at that moment.
      const holder = readHolder(place);
      if (holder !== null && isSame(holder, me)) return undefined;
      if (holder === null ? !isAbandoned(place) : isAlive(holder)) return holder;
      place = join(scratch, holder === null ? "heir" : `heir-of-${holder.pid}-${holder.startedAt}`);
    }
  } finally {
    rmSync(ticket, { force: true });
  }
}

/** A copy where the file system has no links. It appears empty for a moment, so its reader must wait a little. */
export function linkExclusively(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (cause) {
    if (isCode(cause, "EEXIST")) return false;
    if (!isCode(cause, "EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK")) throw cause;
  }
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (cause) {
    if (isCode(cause, "EEXIST")) return false;
    throw cause;
  }
}

function readHolder(place: string): Holder | null {
  try {
    return JSON.parse(readFileSync(place, "utf8")) as Holder;
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
}

/** An unreadable claim that is old was left by a process that died while it copied. */
function isAbandoned(place: string): boolean {
  return Date.now() - statSync(place).mtimeMs > 5000;
}

function whoAmI(): Holder {
  return { pid: process.pid, startedAt: processState(process.pid)?.startedAt ?? "", host: hostname() };
}

function isSame(a: Holder, b: Holder): boolean {
  return a.pid === b.pid && a.startedAt === b.startedAt && a.host === b.host;
}

function isAlive({ pid, startedAt, host }: Holder): boolean {
  // Of another machine on a shared disk nothing can be said.
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (cause) {
    return !isCode(cause, "ESRCH");
  }
  const state = processState(pid);
  return state === undefined || (state.isRunning && (startedAt === "" || state.startedAt === startedAt));
}

/** What Linux tells of a process; `undefined` where there is no `/proc`. */
function processState(pid: number): { readonly isRunning: boolean; readonly startedAt: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name of the program, in parentheses, may hold spaces and parentheses itself.
    const [state = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { isRunning: state !== "Z" && state !== "X", startedAt: fields[18] ?? "" };
  } catch {
    return undefined;
  }
}

function describeHolder(holder: Holder | null, { name }: Place): string {
  const who = holder === null ? "Another process" : `Process ${holder.pid} on ${holder.host}`;
  const wayOut = `Wait for it; if it is gone, remove ${name}/${lockName}.`;
  return `${who} has been writing ${name}/ for ${patienceMs / 1000} s. ${wayOut}`;
}

/** Moved away before it is removed, so that nobody claims a folder that is being emptied. */
function release(scratch: string): void {
  const done = `${scratch}-done-${randomUUID()}`;
  renameSync(scratch, done);
  empty(done);
}

/**
 * Removes a folder that was a lock. A process that was about to claim it, and had found it by its old name, may still
 * put its ticket in, or another remove it at the same time: hence more than one try. What is left after them isn't this
 * process's work, which is done, and the next one sweeps it away.
 */
function empty(done: string): void {
  for (let tries = 0; tries < 10; tries += 1) {
    try {
      rmSync(done, { recursive: true, force: true });
      return;
    } catch (cause) {
      if (!isCode(cause, "ENOTEMPTY", "EBUSY", "EPERM", "ENOENT")) throw cause;
    }
  }
}

/** Whether somebody holds the lock of a folder (relative to `root`), or died before all of it was gone. */
export function hasTraces(root: string, folder: string): boolean {
  return listFolder(root, folder).some(({ name }) => name.startsWith(lockName));
}

/** What a process left that died between the two steps of {@link release}. */
function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(`${lockName}-done-`)) empty(join(folder, name));
  }
}

function removeIfEmpty(folder: string, outermost: string): void {
  try {
    for (let at = folder; at.startsWith(outermost); at = dirname(at)) rmdirSync(at);
  } catch {
    // Somebody put something there.
  }
}

function isCode(cause: unknown, ...codes: readonly string[]): boolean {
  return cause instanceof Error && "code" in cause && codes.includes(String(cause.code));
}
