import { createRequire } from "node:module";
import { join, relative, sep } from "node:path";
import type { ts } from "ts-morph";
import type { Layout } from "../../codegen/index.js";
import { modulesOf } from "./first-files.js";

/** A project whose generated code and handlers are on disk. */
export interface InitialisedProject {
  /** Its folder, absolute. */
  readonly root: string;
  readonly layout: Layout;
  /** Relative to the root. */
  readonly handlers: readonly string[];
  /** Whether its own code is ES modules. */
  readonly isModule: boolean;
}

/**
 * What the author of the project's tsconfig.json has to change in it, a line each: so that `tsc` takes in the generated code
 * and the handlers, and Node what it makes of them.
 */
export function adviseOnTsconfig(project: InitialisedProject): readonly string[] {
  const { ts } = createRequire(import.meta.url)("ts-morph") as TsMorph;
  // What cannot be read, tsc will say itself.
  const { config = {} } = ts.readConfigFile(join(project.root, "tsconfig.json"), ts.sys.readFile);
  const parse: Parse = (changed) => ts.parseJsonConfigFileContent({ ...config, ...changed }, ts.sys, project.root);
  const parsed = parse({});
  return [
    ...adviseOnRootDir(project, parsed.options),
    ...adviseOnInclude(project, parsed, parse),
    ...adviseOnModules(project, parsed, ts.ModuleKind),
  ];
}

type TsMorph = typeof import("ts-morph");

/** The project's tsconfig.json with some of its members changed. */
type Parse = (changed: object) => ts.ParsedCommandLine;

function adviseOnRootDir({ root, layout }: InitialisedProject, options: ts.CompilerOptions): readonly string[] {
  const { rootDir = root, outDir, noEmit } = options;
  const outside = foldersOf(layout).filter((folder) => relative(rootDir, join(root, folder)).split(sep)[0] === "..");
  if (outside.length === 0) return [];
  const inRoot = (path: string) => `${relative(root, path).split(sep).join("/")}/`;
  const are = `${listed(outside)} ${outside.length === 1 ? "is" : "are"}`;
  const what = `set "rootDir" to ".": ${are} outside of ${inRoot(rootDir)}`;
  if (outDir === undefined || noEmit === true) return [what];
  const moved = inRoot(join(outDir, relative(root, rootDir)));
  return [`${what} (what tsc wrote to ${inRoot(outDir)} is then in ${moved})`];
}

function adviseOnInclude(project: InitialisedProject, parsed: ts.ParsedCommandLine, parse: Parse): readonly string[] {
  const left = leftOut(project, parsed);
  if (left.length === 0) return [];
  if (parsed.fileNames.length === 0 && parsed.projectReferences !== undefined) {
    return [`one of the projects in its "references" must include ${listed(left)}`];
  }
  const { outDir } = parsed.options;
  const missing = leftOut(project, parse({ exclude: ["**/node_modules", ...(outDir === undefined ? [] : [outDir])] }));
  const excluded = left.filter((folder) => !missing.includes(folder));
  return [
    ...(missing.length > 0 ? [`add ${listed(missing)} to "include"`] : []),
    ...(excluded.length > 0 ? [`let "exclude" leave out ${listed(excluded)} no more`] : []),
  ];
}

function leftOut({ root, layout, handlers }: InitialisedProject, parsed: ts.ParsedCommandLine): readonly string[] {
  const filesIn = (folder: string) => (folder === layout.generated ? [`${folder}/index.ts`] : handlers);
  return foldersOf(layout).filter((folder) => !includesAll(root, parsed, filesIn(folder)));
}

/** CommonJS projects alone need the files that say what the output is. */
function adviseOnModules(
  { root, layout, isModule }: InitialisedProject,
  parsed: ts.ParsedCommandLine,
  { Node16, NodeNext }: TsMorph["ts"]["ModuleKind"],
): readonly string[] {
  const { module, noEmit } = parsed.options;
  // Elsewhere tsc writes what its option says, whatever a package.json does.
  const isByPackage = module !== undefined && module >= Node16 && module <= NodeNext;
  const marks = modulesOf(layout);
  if (isModule || !isByPackage || noEmit === true || includesAll(root, parsed, marks)) return [];
  const what = `add ${listed(marks)} to "include", and "resolveJsonModule": true to "compilerOptions"`;
  return [`${what}: they tell Node that what tsc writes there is ES modules`];
}

function foldersOf({ generated, workflows }: Layout): readonly string[] {
  return [generated, workflows];
}

function includesAll(root: string, { fileNames }: ts.ParsedCommandLine, files: readonly string[]): boolean {
  const included = new Set(fileNames.map((path) => relative(root, path).split(sep).join("/")));
  return files.every((path) => included.has(path));
}

function listed(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(" and ");
}
