import { type Diagnostic, error, quote, warning } from "../diagnostic.js";
import type { ExpectedHandler, HandlerFile } from "./handler-file.js";
import { readExports } from "./read-exports.js";

/**
 * What the handlers on disk and the tasks in the YAML do not have in common.
 *
 * A missing handler is no fault: it is written as a stub. Types are left to `tsc`, which knows the place in the handler.
 */
export function checkHandlers(expected: readonly ExpectedHandler[], files: readonly HandlerFile[]): Diagnostic[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const wanted = new Set(expected.map((handler) => handler.path));
  const orphans = files.filter((file) => !wanted.has(file.path) && readExports(file).isHandler);
  const unwritten =
    orphans.length === 0 ? [] : expected.filter((handler) => isUnwritten(handler, byPath.get(handler.path)));
  return [
    ...expected.flatMap((handler) => checkExport(handler, byPath.get(handler.path))),
    ...orphans.map((orphan) => describeOrphan(orphan, unwritten)),
  ];
}

function checkExport({ exportName, path, span }: ExpectedHandler, file: HandlerFile | undefined): Diagnostic[] {
  if (file === undefined || looksExported(file.text, exportName)) return [];
  const { names } = readExports(file);
  if (names.includes(exportName)) return [];
  const found = names.length === 0 ? "It exports nothing." : `It exports ${names.map(quote).join(", ")}.`;
  return [
    error("missing-export", span, `${path} must export ${quote(exportName)}, the handler of this task. ${found}`),
  ];
}

/** Nearly every handler is written as its stub was; only the others are worth parsing. */
function looksExported(text: string, name: string): boolean {
  return new RegExp(`^export (const|function|async function) ${name}\\b`, "m").test(text);
}

function isUnwritten({ exportName }: ExpectedHandler, file: HandlerFile | undefined): boolean {
  return file === undefined || (/\bstub\b/.test(file.text) && readExports(file).stubs.includes(exportName));
}

/** An orphan beside a task without a handler is most likely that task's, from before it was renamed. */
function describeOrphan(orphan: HandlerFile, unwritten: readonly ExpectedHandler[]): Diagnostic {
  const folder = folderOf(orphan.path);
  const candidates = unwritten.filter((handler) => folderOf(handler.path) === folder);
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) {
    const message =
      `${quote(only.task)} has no handler yet, and ${orphan.path} has no task. If you renamed the task: ` +
      `\`git mv -f ${orphan.path} ${only.path}\`, and rename its export to ${quote(only.exportName)}.`;
    return warning("renamed-handler", only.span, message);
  }
  const place = { file: orphan.path, start: 0, end: 0 };
  return warning("orphaned-handler", place, `No task has this handler. Remove the file, or declare its task again.`);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
