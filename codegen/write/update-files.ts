import type { RenderedFiles } from "../render/render.js";
import { type Change, findChanges, hasChanges, readGenerated } from "./changes.js";
import { hasTraces, withLock } from "./lock.js";
import type { FileMemory } from "./remember-files.js";
import { carryOut, finish, isUnfinished } from "./transaction.js";

/**
 * Brings the disk under `root` to hold exactly `files`, and tells what that changed.
 *
 * All of it or nothing, also on a full disk and when the process is killed: the next call ends what was begun. Several
 * processes take turns. Throws one sentence, with the system's own error as its cause, when the disk refuses; all is
 * then as it was. A watcher gives a `memory` of generated files, from call to call.
 */
export function updateFiles(
  root: string,
  generatedFolder: string,
  files: RenderedFiles,
  memory?: FileMemory<string | undefined>,
): Change[] {
  const read = memory?.read ?? readGenerated;
  // A look without the lock is enough when there is nothing to do, which is nearly always.
  if (!hasTraces(root, generatedFolder) && !hasChanges(root, generatedFolder, files, read)) return [];
  const update = (scratch: string) => {
    finish(root, scratch);
    const changes = findChanges(root, generatedFolder, files, read);
    carryOut(root, scratch, changes, (path, text, at) => memory?.expect(path, at, text));
    return changes;
  };
  return withLock(root, generatedFolder, update, isUnfinished);
}

/** Ends what a killed process began under `root`, if anything. {@link updateFiles} does so by itself. */
export function finishInterrupted(root: string, generatedFolder: string): void {
  if (!hasTraces(root, generatedFolder)) return;
  withLock(root, generatedFolder, (scratch) => finish(root, scratch), isUnfinished);
}
