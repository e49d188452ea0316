import { type Diagnostic, error, quote, warning } from "../diagnostic.js";
import type { RenderedFiles } from "../render/render.js";
import { describeMove } from "./describe-move.js";
import { findOrphans } from "./find-orphans.js";
import type { ExpectedHandler, HandlerFile } from "./handler-file.js";
import { type Pairing, pairOrphans } from "./pair-orphans.js";
import { readExports } from "./read-exports.js";

/**
 * What the handlers on disk and the tasks in the YAML do not have in common; `rendered` is what the tasks compile to.
 *
 * A missing handler is no fault: it is written as a stub. Types are left to `tsc`, which knows the place in the handler as
 * long as it is written with its type.
 */
export function checkHandlers(
  expected: readonly ExpectedHandler[],
  files: readonly HandlerFile[],
  rendered: RenderedFiles,
): Diagnostic[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const orphans = findOrphans(expected, files, rendered.generated);
  const stubs = new Map(orphans.length === 0 ? [] : rendered.stubs.map(({ path, text }) => [path, text]));
  const unwritten = orphans.length === 0 ? [] : expected.filter(({ path }) => isUnwritten(byPath.get(path), stubs));
  return [
    ...expected.flatMap((handler) => checkHandler(handler, byPath.get(handler.path))),
    ...pairOrphans(orphans, unwritten).map(describeOrphan),
  ];
}

function checkHandler(handler: ExpectedHandler, file: HandlerFile | undefined): Diagnostic[] {
  if (file === undefined) return [];
  const { exportName, path, span, typeName } = handler;
  if (file.fault !== undefined) {
    return [error("unreadable-handler", span, `${path}, where the handler of this task must be, ${file.fault}`)];
  }
  // What is passed on from elsewhere may have its type there.
  const isTyped = file.text.includes(typeName) || /\bexport\s*\*/.test(file.text);
  const looks = lookForExport(file.text, exportName);
  if (looks !== undefined && isTyped) return [];
  // A function has no type but its own, which needs no reading either.
  if (looks === "function") return [untyped(handler)];
  const { names, isOpen, own } = readExports(file);
  if (looks !== undefined || names.includes(exportName)) {
    return isTyped || !own.includes(exportName) ? [] : [untyped(handler)];
  }
  if (isOpen) return [];
  const found = names.length === 0 ? "It exports nothing." : `It exports ${names.map(quote).join(", ")}.`;
  return [
    error("missing-export", span, `${path} must export ${quote(exportName)}, the handler of this task. ${found}`),
  ];
}

/**
 * How a name is exported, where that shows without reading the file. Nearly every handler is written as its stub was; only
 * the others are worth it.
 */
function lookForExport(text: string, name: string): "constant" | "function" | undefined {
  const found = new RegExp(`^export (const|function|async function) ${name}\\b( = async\\b)?`, "m").exec(text);
  const before = text.slice(0, found?.index ?? 0);
  // In a comment, or in a text of several lines, it would export nothing.
  if (found === null || before.lastIndexOf("/*") > before.lastIndexOf("*/") || before.includes("`")) return undefined;
  return found[1] === "const" && found[2] === undefined ? "constant" : "function";
}

function untyped({ exportName, path, span, typeName }: ExpectedHandler): Diagnostic {
  const message =
    `${path} declares ${quote(exportName)} without its type: when it no longer fits its task, the error is in generated ` +
    `code and not at its own line. Write \`export const ${exportName}: ${typeName} = …\`, or end it with ` +
    `\`satisfies ${typeName}\`.`;
  return warning("untyped-handler", span, message);
}

/** Whether nothing of its author is lost when another file takes its place. */
function isUnwritten(file: HandlerFile | undefined, stubs: ReadonlyMap<string, string>): boolean {
  if (file === undefined) return true;
  return file.fault === undefined && file.text.replaceAll("\r\n", "\n") === stubs.get(file.path);
}

function describeOrphan({ orphan, task, candidates }: Pairing): Diagnostic {
  if (task !== undefined) {
    const message = `${quote(task.task)} has no handler yet, and ${orphan.path} has no task. ${describeMove(orphan, task)}`;
    return warning("renamed-handler", task.span, message);
  }
  const place = { file: orphan.path, start: 0, end: 0 };
  return warning(
    "orphaned-handler",
    place,
    candidates.length === 0
      ? "No task has this handler. Remove the file, or declare its task again."
      : "No task has this handler. If its task was renamed, move it to where the new one's has to be: " +
          `${listCandidates(candidates)}. Otherwise remove the file, or declare its task again.`,
  );
}

const maxNamed = 5;

function listCandidates(candidates: readonly ExpectedHandler[]): string {
  const named = candidates.slice(0, maxNamed).map(({ task, path }) => `${path} for ${quote(task)}`);
  const more = candidates.length - named.length;
  return [...named, ...(more > 0 ? [`or ${more} more`] : [])].join(", ");
}
