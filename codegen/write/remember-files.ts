import { statSync } from "node:fs";
import { join } from "node:path";

/** Reads one file, at a path relative to `root`. */
export type ReadFile<T> = (root: string, path: string) => T;

/** A reader that remembers. */
export interface FileMemory<T> {
  readonly read: ReadFile<T>;
  /** Takes `value` for what `read` will give at `path` once the file that is now at `place`, an absolute path, has moved there. */
  readonly expect: (path: string, place: string, value: T) => void;
  readonly forget: (path: string) => void;
}

/**
 * The same reader, which reads a file again only when it is another one, has another size or time, or `forget` was
 * called on it: a change that keeps both within one tick of the disk's clock is known to a watcher alone.
 */
export function rememberFiles<T>(read: ReadFile<T>): FileMemory<T> {
  const known = new Map<string, { readonly version: string; readonly value: T }>();
  return {
    read: (root, path) => {
      // Looked at before it is read, so that a change in between is found the next time.
      const version = versionOf(join(root, path));
      const before = known.get(path);
      if (before !== undefined && before.version === version) return before.value;
      const value = read(root, path);
      if (version === undefined) known.delete(path);
      else known.set(path, { version, value });
      return value;
    },
    expect: (path, place, value) => {
      const version = versionOf(place);
      if (version !== undefined) known.set(path, { version, value });
    },
    forget: (path) => void known.delete(path),
  };
}

function versionOf(path: string): string | undefined {
  try {
    const { dev, ino, size, mtimeNs } = statSync(path, { bigint: true });
    return `${dev}:${ino}:${size}:${mtimeNs}`;
  } catch {
    return undefined;
  }
}
