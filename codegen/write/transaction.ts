import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Change } from "./changes.js";
import { diskFault } from "./disk-fault.js";
import { linkExclusively } from "./lock.js";

/*
 * Several files changed as one. New texts and links to the old ones are laid out in `scratch`; then the list of steps
 * is written there, under a name that says in which direction they go. From that moment on the change happens, even
 * when the process is killed: whoever comes next finds the list and takes the steps that are left. A step that fails
 * turns the direction. Every step may be taken twice.
 *
 * Nothing waits for the disk (`fsync`): after a power cut a generated file may be empty, and is written again by the
 * next run, which compares bytes.
 */

/**
 * Carries out changes under `root`: all of them, or none and it throws. `scratch` is an empty folder on its disk.
 *
 * `onWritten` is told of each new text and where it is, before it moves to its place.
 */
export function carryOut(
  root: string,
  scratch: string,
  changes: readonly Change[],
  onWritten?: (path: string, text: string, at: string) => void,
): void {
  if (changes.length === 0) return;
  const journal = prepare(root, scratch, changes);
  for (const [index, change] of changes.entries()) {
    if ("text" in change) onWritten?.(change.path, change.text, join(scratch, staged, String(index)));
  }
  try {
    goForward(root, scratch, journal);
  } catch (cause) {
    turnBack(root, scratch, journal);
    throw cause;
  }
  rmSync(join(scratch, forward));
}

/** Ends what a killed process left in `scratch`, and empties it: all of its changes are there afterwards, or none. */
export function finish(root: string, scratch: string): void {
  if (existsSync(join(scratch, back))) {
    goBack(root, scratch, readJournal(join(scratch, back)));
    rmSync(join(scratch, back));
  } else if (existsSync(join(scratch, forward))) {
    const journal = readJournal(join(scratch, forward));
    try {
      goForward(root, scratch, journal);
      rmSync(join(scratch, forward));
    } catch {
      turnBack(root, scratch, journal);
    }
  }
  for (const folder of [staged, before]) rmSync(join(scratch, folder), { recursive: true, force: true });
}

/** Whether steps are left to take. */
export function isUnfinished(scratch: string): boolean {
  return existsSync(join(scratch, forward)) || existsSync(join(scratch, back));
}

const forward = "forward.json";
const back = "back.json";
const staged = "staged";
const before = "before";

interface Journal {
  readonly steps: readonly Step[];
  /** Folders that the steps make, outermost first. */
  readonly folders: readonly string[];
}

interface Step {
  readonly kind: Change["kind"];
  /** Relative to the root. */
  readonly path: string;
}

function prepare(root: string, scratch: string, changes: readonly Change[]): Journal {
  const journal = { steps: changes.map(({ kind, path }) => ({ kind, path })), folders: missingFolders(root, changes) };
  let at = scratch;
  try {
    for (const folder of [staged, before]) mkdirSync(join(scratch, folder));
    for (const [index, change] of changes.entries()) {
      at = change.path;
      if ("text" in change) writeFileSync(join(scratch, staged, String(index)), change.text);
      if ("before" in change) keep(join(root, change.path), join(scratch, before, String(index)));
    }
    writeFileSync(join(scratch, "journal"), JSON.stringify(journal));
    renameSync(join(scratch, "journal"), join(scratch, forward));
    return journal;
  } catch (cause) {
    throw diskFault("write", at, cause);
  }
}

function keep(path: string, to: string): void {
  try {
    linkSync(path, to);
  } catch {
    copyFileSync(path, to);
  }
}

function missingFolders(root: string, changes: readonly Change[]): string[] {
  const missing = new Set<string>();
  for (const nearest of new Set(changes.map(({ path }) => dirname(path)))) {
    for (let folder = nearest; folder !== "." && !existsSync(join(root, folder)); folder = dirname(folder)) {
      missing.add(folder);
    }
  }
  return [...missing].sort((a, b) => a.length - b.length);
}

function goForward(root: string, scratch: string, { steps }: Journal): void {
  const made = new Set<string>();
  for (const [index, step] of steps.entries()) {
    const to = join(root, step.path);
    const folder = dirname(to);
    try {
      if (step.kind !== "remove" && !made.has(folder)) {
        mkdirSync(folder, { recursive: true });
        made.add(folder);
      }
      takeStep(step, to, join(scratch, staged, String(index)));
    } catch (cause) {
      throw diskFault("write", step.path, cause);
    }
  }
}

/** Into a folder that is there. */
function takeStep({ kind }: Step, to: string, from: string): void {
  switch (kind) {
    case "create":
    case "update":
      if (existsSync(from)) renameSync(from, to);
      return;
    case "stub":
      // A handler that appeared in the meantime is its author's.
      linkExclusively(from, to);
      return;
    case "remove":
      rmSync(to, { force: true });
  }
}

function turnBack(root: string, scratch: string, journal: Journal): void {
  renameSync(join(scratch, forward), join(scratch, back));
  goBack(root, scratch, journal);
  rmSync(join(scratch, back));
}

function goBack(root: string, scratch: string, { steps, folders }: Journal): void {
  for (const [index, { kind, path }] of [...steps.entries()].reverse()) {
    const to = join(root, path);
    const text = join(scratch, staged, String(index));
    const old = join(scratch, before, String(index));
    switch (kind) {
      case "create":
        if (!existsSync(text)) rmSync(to, { force: true });
        break;
      case "stub":
        if (hasText(to, readFileSync(text, "utf8"))) rmSync(to);
        break;
      case "update":
      case "remove":
        if (existsSync(old)) renameSync(old, to);
    }
  }
  for (const folder of [...folders].reverse()) {
    try {
      rmdirSync(join(root, folder));
    } catch {
      // It was never made, or its author put something there.
    }
  }
}

function hasText(path: string, text: string): boolean {
  try {
    return readFileSync(path, "utf8") === text;
  } catch {
    return false;
  }
}

function readJournal(path: string): Journal {
  return JSON.parse(readFileSync(path, "utf8")) as Journal;
}
