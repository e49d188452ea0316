import type { Dirent } from "node:fs";
import { listFolder } from "../write/list-folder.js";

/** A folder that handlers may be in, relative to the project, and what stands directly in it. */
export interface HandlerFolder {
  readonly path: string;
  readonly entries: readonly Dirent[];
}

/**
 * The folders beside the workflow files at `paths`, those whose workflow file is gone, and all that is in them.
 *
 * What is hidden, installed or a double for tests (`.git`, `node_modules`, `__mocks__`) is left out. No link to a folder is
 * followed: it may lead back.
 */
export function listHandlerFolders(root: string, paths: readonly string[]): HandlerFolder[] {
  const places = new Set(paths.map((path) => path.slice(0, path.lastIndexOf("/"))));
  const beside = [...places].flatMap((place) => foldersIn(place, listFolder(root, place)));
  const folders = new Set([...paths.map((path) => path.replace(/\.ya?ml$/, "")), ...beside]);
  return [...folders].flatMap((folder) => listWhole(root, folder));
}

function listWhole(root: string, path: string): HandlerFolder[] {
  const entries = listFolder(root, path);
  return [{ path, entries }, ...foldersIn(path, entries).flatMap((folder) => listWhole(root, folder))];
}

function foldersIn(path: string, entries: readonly Dirent[]): string[] {
  return entries
    .filter((entry) => entry.isDirectory() && !/^(\.|node_modules$|__\w+__$)/.test(entry.name))
    .map(({ name }) => `${path}/${name}`);
}
