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
  const orphans = files.filter((file) => !wanted.has(file.path) && isHandler(file));
  const unwritten =
    orphans.length === 0 ? [] : expected.filter((handler) => isUnwritten(handler, byPath.get(handler.path)));
  return [
    ...expected.flatMap((handler) => checkExport(handler, byPath.get(handler.path))),
    ...orphans.map((orphan) => describeOrphan(orphan, unwritten)),
  ];
}

function checkExport({ exportName, path, span }: ExpectedHandler, file: HandlerFile | undefined): Diagnostic[] {
  if (file?.fault !== undefined) {
    return [error("unreadable-handler", span, `${path}, where the handler of this task must be, ${file.fault}`)];
  }
  if (file === undefined || looksExported(file.text, exportName)) return [];
  const { names, isOpen } = readExports(file);
  if (isOpen || names.includes(exportName)) return [];
  const found = names.length === 0 ? "It exports nothing." : `It exports ${names.map(quote).join(", ")}.`;
  return [
    error("missing-export", span, `${path} must export ${quote(exportName)}, the handler of this task. ${found}`),
  ];
}

/** Most files that are no task's handler are told by a word that they lack. */
function isHandler(file: HandlerFile): boolean {
  return file.text.includes("Handler") && readExports(file).isHandler;
}

/** Nearly every handler is written as its stub was; only the others are worth parsing. */
function looksExported(text: string, name: string): boolean {
  const at = text.search(new RegExp(`^export (const|function|async function) ${name}\\b`, "m"));
  const before = text.slice(0, Math.max(at, 0));
  // In a comment, or in a text of several lines, it would export nothing.
  return at >= 0 && before.lastIndexOf("/*") <= before.lastIndexOf("*/") && !before.includes("`");
}

function isUnwritten({ exportName }: ExpectedHandler, file: HandlerFile | undefined): boolean {
  return file === undefined || (/\bstub\b/.test(file.text) && readExports(file).stubs.includes(exportName));
}

/** An orphan is most likely the handler of a task that has none, from before the task, or its workflow, was renamed. */
function describeOrphan(orphan: HandlerFile, unwritten: readonly ExpectedHandler[]): Diagnostic {
  const namesakes = unwritten.filter(({ path }) => fileOf(path) === fileOf(orphan.path));
  const neighbours = unwritten.filter(({ path }) => folderOf(path) === folderOf(orphan.path));
  const candidates = namesakes.length === 1 ? namesakes : neighbours;
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) {
    const message =
      `${quote(only.task)} has no handler yet, and ${orphan.path} has no task. ` +
      `If you renamed the ${namesakes.includes(only) ? "workflow" : "task"}: ${describeMove(orphan, only)}.`;
    return warning("renamed-handler", only.span, message);
  }
  const place = { file: orphan.path, start: 0, end: 0 };
  const moves = candidates.slice(0, 3).map((each) => `${quote(each.task)}, ${describeMove(orphan, each)}`);
  const renamed = moves.length === 0 ? "" : ` If its task was renamed: to ${moves.join("; to ")}.`;
  return warning(
    "orphaned-handler",
    place,
    `No task has this handler.${renamed} Remove the file, or declare its task again.`,
  );
}

/** The command that gives a task the file, and what is left to do in it. */
function describeMove(orphan: HandlerFile, { path, exportName }: ExpectedHandler): string {
  const move = `git mv -f ${orphan.path} ${path}`;
  if (folderOf(orphan.path) === folderOf(path)) return `\`${move}\`, and rename its export to ${quote(exportName)}`;
  return `\`mkdir -p ${folderOf(path)} && ${move}\`, and import its type from the workflow's new module`;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function fileOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
