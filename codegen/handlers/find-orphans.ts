import { posix } from "node:path";
import { caseName } from "../names.js";
import type { RenderedFile } from "../render/render.js";
import type { ExpectedHandler, HandlerFile } from "./handler-file.js";
import { type ImportedType, readExports } from "./read-exports.js";

/**
 * The files that mean to be handlers and are no task's: each exports a value that is named like a handler's type which it
 * imports, or has the name or the type of one that is gone. Everything else in the folders only helps.
 *
 * `generated` are the modules as the tasks have them now; all stand directly in one folder.
 */
export function findOrphans(
  expected: readonly ExpectedHandler[],
  files: readonly HandlerFile[],
  generated: readonly RenderedFile[],
): HandlerFile[] {
  const wanted = new Set(expected.map(({ path }) => path));
  const folder = posix.basename(posix.dirname(generated[0]?.path ?? ""));
  return files.filter((file) => {
    if (wanted.has(file.path) || !file.text.includes(`${folder}/`) || !looksLikeHandler(file)) return false;
    const types = readExports(file).imports.filter(
      ({ name, from }) => contractType.test(name) && posix.basename(posix.dirname(from)) === folder,
    );
    return types.some((type) => (isGone(type, generated) ? isOfGone(type, file) : isOf(type, file, expected, files)));
  });
}

const contractType = /^[A-Z]\w*(Handler|Payload|Result)$/;

/** Most files that are no task's handler are told by the words that they lack. */
function looksLikeHandler({ path, text }: HandlerFile): boolean {
  const words = new Set(text.match(/\w+/g));
  const hasName = (name: string) => words.has(name) || (name === nameOf(path) && words.has("default"));
  return [...words].some((word) => contractType.test(word) && (word.endsWith("Handler") || hasName(taskOf(word))));
}

/** Told by the end of the module's path alone: a handler that was moved still has the way from its old place. */
function isGone({ name, from }: ImportedType, generated: readonly RenderedFile[]): boolean {
  const file = `${posix.basename(from).replace(/\.[jt]s$/, "")}.ts`;
  const module = generated.find(({ path }) => posix.basename(path) === file);
  return module === undefined || !new RegExp(`^export (type|interface) ${name}\\b`, "m").test(module.text);
}

function isOfGone({ name }: ImportedType, file: HandlerFile): boolean {
  return exportsNamesake(name, file) || (name.endsWith("Handler") && readExports(file).typedBy.includes(name));
}

/** A task that is there may have its handler from another file. */
function isOf(
  { name }: ImportedType,
  file: HandlerFile,
  expected: readonly ExpectedHandler[],
  files: readonly HandlerFile[],
) {
  if (!name.endsWith("Handler") || !exportsNamesake(name, file)) return false;
  return !expected.some(({ typeName, path }) => typeName === name && imports(path, file, files));
}

function exportsNamesake(type: string, file: HandlerFile): boolean {
  return readExports(file).names.some((name) => (name === "default" ? nameOf(file.path) : name) === taskOf(type));
}

/** `GonePayload` and `GoneHandler` are both of the task whose handler is `gone`. */
function taskOf(type: string): string {
  const pascal = type.replace(/(Handler|Payload|Result)$/, "");
  return pascal.slice(0, 1).toLowerCase() + pascal.slice(1);
}

/** The name of the handler that a file is named after. */
function nameOf(path: string): string {
  return caseName(posix.basename(path, ".ts")).camel;
}

/** Whether the handler at `path` takes what it exports, or does, from `file`, be it by way of others. */
function imports(path: string, file: HandlerFile, files: readonly HandlerFile[]): boolean {
  const byPath = new Map(files.map((each) => [each.path, each]));
  const seen = new Set([path]);
  for (const at of seen) {
    for (const [, to = ""] of byPath.get(at)?.text.matchAll(/["'](\.\.?\/[^"'\n]*)["']/g) ?? []) {
      const target = posix.join(posix.dirname(at), to).replace(/\.[jt]s$/, "");
      seen.add(`${target}.ts`).add(`${target}/index.ts`);
    }
  }
  return seen.has(file.path);
}
