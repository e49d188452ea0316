import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describeBrokenLink, describeDiskFault, diskFault } from "../write/disk-fault.js";
import type { HandlerFile } from "./handler-file.js";
import { listHandlerFolders } from "./handler-folders.js";

/**
 * The TypeScript files in the folders beside the workflow files at `paths`, in those whose workflow file is gone, and in
 * the folders of these; tests and declarations are left out.
 *
 * A link is what it leads to. What is no file is among them and says why. A watcher gives a `read` that remembers.
 */
export function readHandlers(root: string, paths: readonly string[], read = readHandler): HandlerFile[] {
  return listHandlerFolders(root, paths).flatMap(({ path: folder, entries }) =>
    entries
      .filter(({ name }) => /\.ts$/.test(name) && !/\.(d|test|spec)\.ts$/.test(name))
      .map((entry) => {
        const path = `${folder}/${entry.name}`;
        const fault = entry.isFile() ? undefined : refuse(root, path);
        return fault === undefined ? read(root, path) : { path, text: "", fault };
      }),
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

function refuse(root: string, path: string): string | undefined {
  try {
    // Looked at before it is opened: a pipe would be waited for, and a device may have no end.
    const entry = statSync(join(root, path));
    if (entry.isFile()) return undefined;
    return entry.isDirectory() ? "is a folder. Move it away." : "is neither a file nor a link to one. Move it away.";
  } catch (cause) {
    return describeBrokenLink(cause) ?? `cannot be read. ${describeDiskFault(cause)}`;
  }
}
