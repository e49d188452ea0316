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
  return (await Promise.all(modules)) as unknown as Modules;
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
