import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { diskFault } from "./disk-fault.js";

/** What stands directly in a folder, relative to `root`; nothing when there is no such folder. */
export function listFolder(root: string, folder: string): Dirent[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return [];
    throw diskFault("read", folder, cause);
  }
}
