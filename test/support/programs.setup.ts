import { readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** Folder of the programs that tests start, ready to run. */
    programs: string;
  }
}

/** What is used of esbuild, which comes with tsx. */
interface Bundler {
  build(options: Readonly<Record<string, unknown>>): Promise<unknown>;
}

const root = join(import.meta.dirname, "../..");
const sources = join(root, "test/runtime/programs");
const resolveFromHere = createRequire(import.meta.url);
const esbuild = createRequire(resolveFromHere.resolve("tsx"))("esbuild") as Bundler;

/** Bundles the programs once for the suite: each would take a second to load its modules one by one from source. */
export async function setup(project: TestProject): Promise<() => void> {
  // Where Node finds the package's dependencies, and the package itself.
  const outdir = join(root, ".taskwright", `programs-${process.pid}`);
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: readdirSync(sources).flatMap((file) => (file.endsWith(".ts") ? [join(sources, file)] : [])),
    alias: { taskwright: join(root, "runtime/index.ts") },
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    sourcemap: "inline",
    logLevel: "warning",
  });
  project.provide("programs", outdir);
  return () => rmSync(outdir, { recursive: true, force: true });
}
