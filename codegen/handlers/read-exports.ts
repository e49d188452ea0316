import { createRequire } from "node:module";
import type { SourceFile } from "ts-morph";
import type { HandlerFile } from "./handler-file.js";

/** What a handler's file says of itself. */
export interface HandlerExports {
  /** Names of its exported constants and functions. */
  readonly names: readonly string[];
  /** Exported constants that are still `stub`. */
  readonly stubs: readonly string[];
  /** Whether it imports a type `…Handler` from generated code, so that it means to be a handler. */
  readonly isHandler: boolean;
}

/** Reads a file with ts-morph, by its syntax alone: it need not compile. Loaded here, since few files have to be read. */
export function readExports({ path, text }: HandlerFile): HandlerExports {
  const { Project, ts } = createRequire(import.meta.url)("ts-morph") as typeof import("ts-morph");
  const project = new Project({ useInMemoryFileSystem: true, compilerOptions: { target: ts.ScriptTarget.ESNext } });
  const file = project.createSourceFile(path, text);
  const constants = file.getVariableStatements().filter((statement) => statement.isExported());
  const declarations = constants.flatMap((statement) => statement.getDeclarations());
  const functions = file.getFunctions().filter((each) => each.isExported());
  const listed = file.getExportDeclarations().flatMap((each) => each.getNamedExports());
  return {
    names: [
      ...declarations.map((each) => each.getName()),
      ...functions.map((each) => each.getName() ?? "default"),
      ...listed.map((each) => each.getAliasNode()?.getText() ?? each.getName()),
    ],
    stubs: declarations.filter((each) => each.getInitializer()?.getText() === "stub").map((each) => each.getName()),
    isHandler: importsHandlerType(file),
  };
}

function importsHandlerType(file: SourceFile): boolean {
  return file.getImportDeclarations().some((each) => {
    const isRelative = each.getModuleSpecifierValue().startsWith(".");
    return isRelative && each.getNamedImports().some((named) => named.getName().endsWith("Handler"));
  });
}
