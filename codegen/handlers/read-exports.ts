import { createRequire } from "node:module";
import type { SourceFile } from "ts-morph";
import type { HandlerFile } from "./handler-file.js";

/** What a handler's file says of itself. */
export interface HandlerExports {
  /** Names of its exported constants and functions; `default` for a default export. */
  readonly names: readonly string[];
  /** Whether it passes on whatever another module exports (`export * from …`), so that more names may be there. */
  readonly isOpen: boolean;
  /** Exported constants that are still `stub`. */
  readonly stubs: readonly string[];
  /** Whether it imports a type `…Handler` from generated code, so that it means to be a handler. */
  readonly isHandler: boolean;
}

/** Reads a file with ts-morph, by its syntax alone: it need not compile. Loaded here, since few files have to be read. */
export function readExports({ path, text }: HandlerFile): HandlerExports {
  const { Project, SyntaxKind, ts } = createRequire(import.meta.url)("ts-morph") as typeof import("ts-morph");
  const project = new Project({ useInMemoryFileSystem: true, compilerOptions: { target: ts.ScriptTarget.ESNext } });
  const file = project.createSourceFile(path, text);
  const constants = file.getVariableStatements().filter((statement) => statement.isExported());
  const declarations = constants.flatMap((statement) => statement.getDeclarations());
  const destructured = declarations.flatMap((each) => each.getDescendantsOfKind(SyntaxKind.BindingElement));
  const functions = file.getFunctions().filter((each) => each.isExported());
  const defaults = file.getExportAssignments().filter((each) => !each.isExportEquals());
  const lists = file.getExportDeclarations();
  const listed = lists.filter((each) => !each.isTypeOnly()).flatMap((each) => each.getNamedExports());
  return {
    names: [
      ...declarations.filter((each) => each.getNameNode().isKind(SyntaxKind.Identifier)).map((each) => each.getName()),
      ...destructured.map((each) => each.getName()),
      ...functions.map((each) => (each.isDefaultExport() ? "default" : (each.getName() ?? "default"))),
      ...defaults.map(() => "default"),
      ...listed.filter((each) => !each.isTypeOnly()).map((each) => each.getAliasNode()?.getText() ?? each.getName()),
    ],
    isOpen: lists.some((each) => each.isNamespaceExport() && each.getNamespaceExport() === undefined),
    stubs: declarations.filter((each) => each.getInitializer()?.getText() === "stub").map((each) => each.getName()),
    isHandler: importsHandlerType(file),
  };
}

function importsHandlerType(file: SourceFile): boolean {
  return file.getImportDeclarations().some((each) => {
    // Generated code is outside of the folder, and names types with a capital.
    const isOutside = each.getModuleSpecifierValue().startsWith("../");
    return isOutside && each.getNamedImports().some((named) => /^[A-Z]\w*Handler$/.test(named.getName()));
  });
}
