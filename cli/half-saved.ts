import { statSync } from "node:fs";
import { join } from "node:path";

/**
 * Whether one of `paths`, relative to `root`, was empty or gone when `read` was read, though it had a text before.
 *
 * Many programs save by emptying a file, or by moving it away, before they write it anew: what stands there in between
 * is nobody's wish. What was read decides, and not what is there by now; only a handler that was not looked for, since a
 * workflow has an error, is looked for here.
 */
export function isHalfSaved(
  root: string,
  paths: readonly string[],
  read: readonly { readonly path: string; readonly text: string }[],
): boolean {
  const texts = new Map(read.map(({ path, text }) => [path, text]));
  return paths.some((path) => {
    const text = texts.get(path);
    if (text !== undefined) return text === "";
    return !path.endsWith(".ts") || isEmptyOrGone(join(root, path));
  });
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
