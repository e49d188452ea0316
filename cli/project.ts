import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Manifest } from "../runtime/operate/index.js";

/** Loads modules of the project's generated code, from their TypeScript sources, all in one module graph. */
export async function importGenerated<Modules extends readonly unknown[]>(
  root: string,
  out: string,
  ...names: { readonly [Index in keyof Modules]: string }
): Promise<Modules> {
  const missing = names.find((name) => !existsSync(join(root, out, `${name}.ts`)));
  if (missing !== undefined) throw notCompiled(out, `${missing}.ts`);
  await loadTypeScript();
  const modules = names.map((name) => import(pathToFileURL(join(root, out, `${name}.ts`)).href));
  try {
    return (await Promise.all(modules)) as unknown as Modules;
  } catch (error) {
    throw isOfCommonJs(error) ? notOfModules(out, error) : error;
  }
}

/** What Node says of an ES module that a package of CommonJS modules holds. */
function isOfCommonJs(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_REQUIRE_CYCLE_MODULE";
}

function notOfModules(out: string, cause: unknown): Error {
  const wayOut = 'Run `taskwright init`, which puts that right, or write "type": "module" into package.json.';
  return new Error(`The code in ${out}/ is of ES modules, and package.json does not say so. ${wayOut}`, { cause });
}

let isLoading = false;

/**
 * From now on TypeScript modules can be imported: handlers and generated code. tsx strips their types as they load.
 * `onImport` is told the URL of each module that is loaded, if this is the first call.
 */
export async function loadTypeScript(onImport: (url: string) => void = () => undefined): Promise<void> {
  if (isLoading) return;
  isLoading = true;
  const { register } = await import("tsx/esm/api");
  register({ onImport });
}

/** The catalog of the project as data. */
export function readManifest(root: string, out: string): Manifest {
  const path = join(root, out, "manifest.json");
  if (!existsSync(path)) throw notCompiled(out, "manifest.json");
  return JSON.parse(readFileSync(path, "utf8")) as Manifest;
}

function notCompiled(out: string, file: string): Error {
  return new Error(`There is no ${out}/${file}. Run \`taskwright codegen\` first.`);
}
