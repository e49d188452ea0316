import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { HandlerFile } from "./handler-file.js";

/** The TypeScript files in the folders beside the workflow files at `paths`; tests and declarations are left out. */
export function readHandlers(root: string, paths: readonly string[]): HandlerFile[] {
  const folders = [...new Set(paths.map((path) => path.replace(/\.ya?ml$/, "")))];
  return folders.flatMap((folder) => {
    if (!existsSync(join(root, folder))) return [];
    return readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.ts$/.test(entry.name) && !/\.(d|test|spec)\.ts$/.test(entry.name))
      .map(({ name }) => ({ path: `${folder}/${name}`, text: readFileSync(join(root, folder, name), "utf8") }));
  });
}
