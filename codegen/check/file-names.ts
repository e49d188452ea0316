import { type Diagnostic, error, quote } from "../diagnostic.js";
import type { Rule } from "./rule.js";

/** Every workflow file has a name that its folder of handlers can have on any disk, and no two have the same. */
export const checkFileNames: Rule = ({ files, unread }) => {
  const paths = [...files.map(({ file }) => file), ...unread.map(({ path }) => path)].sort();
  return [...paths.flatMap(checkForm), ...clashes(paths)];
};

function checkForm(path: string): Diagnostic[] {
  if (/^[\p{L}\p{N}_]([\p{L}\p{N} ._-]*[\p{L}\p{N}_-])?$/u.test(baseName(path))) return [];
  const name = quote(path.slice(path.lastIndexOf("/") + 1));
  const rule = `letters, digits, ${quote("_")} and ${quote("-")}`;
  const message = `${name} cannot name a workflow file: its handlers stand in a folder of that name. Use ${rule}.`;
  return [error("invalid-name", startOf(path), message)];
}

function clashes(paths: readonly string[]): Diagnostic[] {
  const first = new Map<string, string>();
  return paths.flatMap((path) => {
    // Many disks take names that differ in case, or in how an accent is written, for the same.
    const folder = baseName(path).normalize("NFC").toLowerCase();
    const earlier = first.get(folder);
    if (earlier === undefined) {
      first.set(folder, path);
      return [];
    }
    const message = `The handlers of ${quote(earlier)} and of ${quote(path)} would stand in one folder. Rename one of the files.`;
    return [error("clashing-files", startOf(path), message, [{ message: "The other one.", span: startOf(earlier) }])];
  });
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.ya?ml$/, "");
}

function startOf(file: string) {
  return { file, start: 0, end: 0 };
}
