import { readFileSync } from "node:fs";
import { join } from "node:path";
import { diskFault } from "../write/disk-fault.js";
import { listFolder } from "../write/list-folder.js";
import type { HandlerFile } from "./handler-file.js";

/**
 * The TypeScript files in the folders beside the workflow files at `paths`, and in those whose workflow file is gone;
 * tests and declarations are left out.
 *
 * A watcher gives a `read` that remembers.
 */
export function readHandlers(root: string, paths: readonly string[], read = readHandler): HandlerFile[] {
  const places = new Set(paths.map((path) => path.slice(0, path.lastIndexOf("/"))));
  const beside = [...places].flatMap((place) =>
    listFolder(root, place)
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${place}/${name}`),
  );
  const folders = new Set([...paths.map((path) => path.replace(/\.ya?ml$/, "")), ...beside]);
  return [...folders].flatMap((folder) =>
    listFolder(root, folder)
      .filter((entry) => entry.isFile() && /\.ts$/.test(entry.name) && !/\.(d|test|spec)\.ts$/.test(entry.name))
      .map(({ name }) => read(root, `${folder}/${name}`)),
  );
}

/** One handler's file, at `path` relative to `root`. Throws one sentence when it cannot be read. */
export function readHandler(root: string, path: string): HandlerFile {
  try {
    return { path, text: readFileSync(join(root, path), "utf8") };
  } catch (cause) {
    throw diskFault("read", path, cause);
  }
}
