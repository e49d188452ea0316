import { statSync } from "node:fs";
import { join } from "node:path";

/**
 * Whether one of `paths`, relative to `root`, is empty or gone, though it had a text when it was read.
 *
 * Many programs save by emptying a file, or by moving it away, before they write it anew: what stands there in between
 * is nobody's wish.
 */
export function isHalfSaved(root: string, paths: readonly string[]): boolean {
  return paths.some((path) => isEmptyOrGone(join(root, path)));
}

function isEmptyOrGone(path: string): boolean {
  try {
    const file = statSync(path, { throwIfNoEntry: false });
    return file === undefined || file.size === 0;
  } catch {
    // A folder that may not be looked into: the compilation tells of it.
    return false;
  }
}
