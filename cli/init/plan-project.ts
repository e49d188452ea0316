import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Layout } from "../../codegen/index.js";
import { type FirstFile, tsconfig } from "./first-files.js";
import { type CompletedPackageJson, completePackageJson, newPackageJson } from "./package-json.js";

/** What becomes of a file; `text` is what is to be written. */
export interface Step extends FirstFile {
  readonly what: "created" | "completed" | "kept";
}

export interface ProjectPlan {
  readonly steps: readonly Step[];
  readonly isModule: boolean;
}

/** What becomes of the files at the top of a project, and whether its own code is ES modules. Reads the disk and writes nothing. */
export function planProject(root: string, layout: Layout, version: string): ProjectPlan {
  const { text, isModule } = planPackageJson(root, layout, version);
  const steps = [
    planText(root, { path: "package.json", text }),
    planText(root, { path: ".gitignore", text: ignore(readText(root, ".gitignore") ?? "") }),
    planFile(root, tsconfig(layout, isModule)),
  ];
  return { steps, isModule };
}

function planPackageJson(root: string, layout: Layout, version: string): CompletedPackageJson {
  const both = flagsOf(layout, "--workflows", "--out");
  const wanted = {
    scripts: {
      dev: `taskwright dev${both}`,
      codegen: `taskwright codegen${both}`,
      worker: `taskwright worker${flagsOf(layout, "--out")}`,
    },
    dependencies: { taskwright: `^${version}` },
    // PGlite runs the jobs of a first try, without a server.
    devDependencies: { "@electric-sql/pglite": "^0.5.16", "@types/node": "^20.0.0", typescript: "^7.0.2" },
  };
  const before = readText(root, "package.json");
  if (before !== undefined) return completePackageJson(before, wanted);
  const name = basename(root)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-");
  return newPackageJson(name || "tasks", wanted);
}

/** The options that name those folders that are not where they are by default. */
export function flagsOf(layout: Layout, ...names: readonly ("--workflows" | "--out")[]): string {
  const [folder, usual] = [
    { "--workflows": layout.workflows, "--out": layout.generated },
    { "--workflows": "workflows", "--out": "generated" },
  ];
  return names
    .filter((name) => folder[name] !== usual[name])
    .map((name) => ` ${name} ${/^[\w@./-]+$/.test(folder[name]) ? folder[name] : `"${folder[name]}"`}`)
    .join("");
}

/** A .gitignore with what it lacks; what is there stays first. */
function ignore(before: string): string {
  const known = before.split(/\r?\n/).map((line) => line.trim().replace(/^\/|\/$/g, ""));
  const missing = ["node_modules/", "dist/", ".taskwright/"].filter((path) => !known.includes(path.replace(/\/$/, "")));
  if (missing.length === 0) return before;
  return `${before}${before === "" || before.endsWith("\n") ? "" : "\n"}${missing.join("\n")}\n`;
}

/** A file that is to have this text. */
function planText(root: string, file: FirstFile): Step {
  const before = readText(root, file.path);
  const what = before === undefined ? "created" : before === file.text ? "kept" : "completed";
  return { ...file, what };
}

/** A file that is its author's once it is there. */
export function planFile(root: string, file: FirstFile): Step {
  return { ...file, what: existsSync(join(root, file.path)) ? "kept" : "created" };
}

/** The text of a file at a path relative to `root`; `undefined` where there is none. */
export function readText(root: string, path: string): string | undefined {
  const full = join(root, path);
  return existsSync(full) ? readFileSync(full, "utf8") : undefined;
}
