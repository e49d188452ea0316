import { cpSync, rmSync } from "node:fs";
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
/**
 * The YAML library's modules for browsers, in the bundle of the compiler: seventy files less to load, and its parser
 * for Node looks into the environment at every token, which is a third of its time.
 */
const yaml = join(root, "node_modules/yaml/browser/dist/index.js");
rmSync(join(root, "dist"), { recursive: true, force: true });
await esbuild.build({
  absWorkingDir: root,
  entryPoints: [...libraries, "./cli/main.ts", "./codegen/parallel/thread.ts"],
  outdir: "dist",
  outbase: ".",
  chunkNames: "shared/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  alias: { yaml },
  logLevel: "warning",
});
cpSync(join(root, "node_modules/yaml/LICENSE"), join(root, "dist/shared/yaml.LICENSE"));
