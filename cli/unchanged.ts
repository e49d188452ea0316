import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { listHandlerFolders } from "../codegen/handlers/handler-folders.js";
import type { SourceFile } from "../codegen/index.js";
import { listFolder } from "../codegen/write/list-folder.js";

/*
 * Whether a codegen would find nothing to do, told without loading the compiler. What the last clean run read and wrote
 * is remembered beside other tools' caches; anything that differs, be it a byte of YAML or the time of a generated file,
 * means a real run.
 */

/** What a run depends on beside the files. */
export interface RunSettings {
  /** The project's folder, absolute. */
  readonly root: string;
  readonly workflows: string;
  readonly out: string;
  readonly strict: boolean;
}

interface Memory {
  readonly inputs: string;
  readonly outputs: string;
  readonly tasks: number;
}

/** The number of tasks when everything is as the last clean run left it; undefined when nobody can tell. */
export function recallUnchanged(settings: RunSettings): number | undefined {
  try {
    const memory = JSON.parse(readFileSync(memoryPath(settings), "utf8")) as Memory;
    const isSame = memory.inputs === inputsOf(settings) && memory.outputs === outputsOf(settings);
    return isSame ? memory.tasks : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Remembers a run that found no fault, not even a warning, and left everything up to date with `sources`. Where a workflow
 * file is no longer what the run has read, there is nothing to remember.
 */
export function rememberUnchanged(settings: RunSettings, sources: readonly SourceFile[], tasks: number): void {
  // Run from its sources the compiler itself may change from one run to the next.
  if (!import.meta.url.endsWith(".js") || !existsSync(join(settings.root, "node_modules"))) return;
  try {
    const read = new Map(sources.map(({ path, text }) => [basename(path), text]));
    const inputs = inputsOf(settings, (name, bytes) => {
      const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
      if (read.get(name) !== text) throw new Error(`${name} was saved after it was read.`);
    });
    const memory: Memory = { inputs, outputs: outputsOf(settings), tasks };
    const path = memoryPath(settings);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(memory));
  } catch {
    // A cache that cannot be written, or does not hold, only costs time.
  }
}

function memoryPath({ root, workflows, out }: RunSettings): string {
  const key = createHash("sha256")
    .update(JSON.stringify([workflows, out]))
    .digest("hex")
    .slice(0, 16);
  return join(root, "node_modules/.cache/taskwright", `${key}.json`);
}

/** `onFile` sees each file; what it throws ends it. */
function inputsOf(
  { root, workflows, out, strict }: RunSettings,
  onFile?: (name: string, bytes: Buffer) => void,
): string {
  const hash = createHash("sha256").update(JSON.stringify([compilerStamp(), workflows, out, strict]));
  for (const name of yamlFiles(join(root, workflows))) {
    const path = join(root, workflows, name);
    // A pipe would be waited for without an end; the real run reports it.
    if (!statSync(path).isFile()) throw new Error(`${path} is no file.`);
    const bytes = readFileSync(path);
    onFile?.(name, bytes);
    hash.update(JSON.stringify(name)).update(bytes);
  }
  return hash.digest("hex");
}

/** Every file in the folders that a run writes to or reads handlers from, by size and time. */
function outputsOf({ root, workflows, out }: RunSettings): string {
  const paths = yamlFiles(join(root, workflows)).map((name) => `${workflows}/${name}`);
  const folders = [{ path: out, entries: listFolder(root, out) }, ...listHandlerFolders(root, paths)];
  const hash = createHash("sha256");
  for (const { path: folder, entries } of folders.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    for (const name of entries.map((entry) => entry.name).sort()) {
      const { size, mtimeMs } = statSync(join(root, folder, name));
      hash.update(JSON.stringify([folder, name, size, mtimeMs]));
    }
  }
  return hash.digest("hex");
}

function yamlFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort();
}

/** Another release, or another build of this one. */
function compilerStamp(): string {
  const here = fileURLToPath(import.meta.url);
  return `${here} ${statSync(here).mtimeMs}`;
}
