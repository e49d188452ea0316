import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import type { PreparedAnswers } from "./cli/help-or-run.js";
import { helpTexts } from "./cli/help-texts.js";
import { buildProgram, version } from "./cli/program.js";
import packageJson from "./package.json" with { type: "json" };

/*
 * The JavaScript of the package: one file an entry point, and files for what several of them share. Loading each module
 * of the sources by itself would take longer than all that they do at the start. Types are TypeScript's own work
 * (`tsconfig.build.json`).
 */

/** What is used of esbuild, which comes with tsx. */
interface Bundler {
  build(options: Readonly<Record<string, unknown>>): Promise<{ readonly metafile: { readonly outputs: Outputs } }>;
}

/** What the bundler has written, by path. */
type Outputs = Readonly<
  Record<
    string,
    {
      readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
      readonly exports: readonly string[];
    }
  >
>;

const root = import.meta.dirname;
const resolveFromHere = createRequire(import.meta.url);
const esbuild = createRequire(resolveFromHere.resolve("tsx"))("esbuild") as Bundler;

const libraries = Object.values(packageJson.exports).flatMap((entry) =>
  typeof entry === "string" ? [] : [entry["taskwright-source"]],
);
const entryPoints = [...libraries, "./cli/main.ts", "./codegen/parallel/thread.ts"];
/**
 * The YAML library's modules for browsers, in the bundle of the compiler: seventy files less to load, and its parser
 * for Node looks into the environment at every token, which is a third of its time.
 */
const yaml = join(root, "node_modules/yaml/browser/dist/index.js");
/** In the bundle of the runtime, which needs one file of a package: looking that up takes longer than reading it. */
const formats = join(root, "node_modules/ajv-formats/dist/formats.js");
rmSync(join(root, "dist"), { recursive: true, force: true });
const { metafile } = await esbuild.build({
  absWorkingDir: root,
  entryPoints,
  outdir: "dist",
  outbase: ".",
  chunkNames: "shared/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  alias: { yaml, "ajv-formats/dist/formats.js": formats },
  metafile: true,
  logLevel: "warning",
});
for (const name of ["yaml", "ajv-formats"]) {
  cpSync(join(root, "node_modules", name, "LICENSE"), join(root, `dist/shared/${name}.LICENSE`));
}
await joinSharedFiles("dist/runtime/index.js", metafile.outputs);
await esbuild.build({
  absWorkingDir: root,
  entryPoints: ["./cli/help-or-run.ts"],
  outfile: "dist/cli/help-or-run.cjs",
  format: "cjs",
  platform: "node",
  target: "node20",
  define: { "import.meta.dirname": "__dirname" },
  logLevel: "warning",
});
const answers: PreparedAnswers = { version: version(), help: helpTexts(buildProgram(() => undefined)) };
writeFileSync(join(root, "dist/cli/prepared-answers.json"), JSON.stringify(answers));

/**
 * Makes one file, `dist/shared/runtime.js`, of the shared ones that importing `entry` loads. The bundler makes one for each
 * set of entry points that have something in common, two dozen here, and each takes longer to find than to run.
 */
async function joinSharedFiles(entry: string, outputs: Outputs): Promise<void> {
  const joined = [...loadedBy(entry, outputs)].filter((path) => path !== entry).sort();
  const others = Object.keys(outputs).filter((path) => !joined.includes(path));
  const names = joined.flatMap((path) => outputs[path]?.exports ?? []);
  const repeated = names.find((each, index) => names.indexOf(each) !== index);
  if (repeated !== undefined) throw new Error(`Two shared files export ${repeated}. Rename one of them.`);
  await esbuild.build({
    absWorkingDir: root,
    stdin: {
      contents: joined.map((path) => `export * from "./${basename(path)}";`).join("\n"),
      resolveDir: join(root, "dist/shared"),
    },
    outfile: "dist/shared/runtime.js",
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    external: others.map((path) => `./${basename(path)}`),
    logLevel: "warning",
  });
  for (const path of joined) rmSync(join(root, path));
  for (const path of others) {
    const text = readFileSync(join(root, path), "utf8");
    const renamed = joined.reduce((rest, gone) => rest.replaceAll(basename(gone), "runtime.js"), text);
    if (renamed !== text) writeFileSync(join(root, path), renamed);
  }
}

/** The files that importing `entry` loads, itself included. */
function loadedBy(entry: string, outputs: Outputs): Set<string> {
  const found = new Set([entry]);
  // A set hands out what is added to it while it is read.
  for (const path of found) {
    for (const { path: next, kind, external } of outputs[path]?.imports ?? []) {
      if (kind === "import-statement" && external !== true) found.add(next);
    }
  }
  return found;
}
