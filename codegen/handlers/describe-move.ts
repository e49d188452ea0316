import { posix } from "node:path";
import { quote } from "../diagnostic.js";
import type { ExpectedHandler, HandlerFile } from "./handler-file.js";

/** When a file is a task's handler after all, the command that makes it that, and what is left to do in it. */
export function describeMove(orphan: HandlerFile, { path, exportName, typeName }: ExpectedHandler): string {
  const [from, to] = [posix.dirname(orphan.path), posix.dirname(path)];
  const move = `git mv -f ${inShell(orphan.path)} ${inShell(path)}`;
  if (from === to) {
    return `If you renamed the task: \`${move}\`, and rename its export to ${quote(exportName)} and its type to ${quote(typeName)}.`;
  }
  if (from.startsWith(`${to}/`)) {
    return `If it is that task's: \`${move}\`, and see that it still finds what it imports.`;
  }
  return `If you renamed the workflow: \`mkdir -p ${inShell(to)} && ${move}\`, and import its type from the workflow's new module.`;
}

/** A path as one word of a POSIX shell, and no option. */
function inShell(path: string): string {
  const safe = path.startsWith("-") ? `./${path}` : path;
  return /^[\w./@%+=:,-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", "'\\''")}'`;
}
