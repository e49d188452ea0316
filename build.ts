import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import packageJson from "./package.json" with { type: "json" };

/*
 * The JavaScript of the package: one file an entry point, and files for what several of them share. Loading each module
 * of the sources by itself would take longer than all that they do at the start. Types are TypeScript's own work
 * (`tsconfig.build.json`).
 */

/** What is used of esbuild, which comes with tsx. */
interface Bundler {
  build(options: Readonly<Record<string, unknown>>): Promise<unknown>;
}

const root = import.meta.dirname;
const resolveFromHere = createRequire(import.meta.url);
const esbuild = createRequire(resolveFromHere.resolve("tsx"))("esbuild") as Bundler;

const libraries = Object.values(packageJson.exports).flatMap((entry) =>
  typeof entry === "string" ? [] : [entry["taskwright-source"]],
);
rmSync(join(root, "dist"), { recursive: true, force: true });
await esbuild.build({
  absWorkingDir: root,
  entryPoints: [...libraries, "./cli/main.ts"],
  outdir: "dist",
  outbase: ".",
  chunkNames: "shared/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  logLevel: "warning",
});
