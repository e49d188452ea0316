import { createRequire } from "node:module";
import type { Expression, ImportDeclaration, Node, Project, SourceFile, TypeNode } from "ts-morph";
import { memoize } from "../memoize.js";
import type { HandlerFile } from "./handler-file.js";

/** What a handler's file says of itself. */
export interface HandlerExports {
  /** Names of the values that it exports; `default` for a default export. */
  readonly names: readonly string[];
  /** Whether it passes on whatever another module exports (`export * from …`), so that more names may be there. */
  readonly isOpen: boolean;
  /** Those of `names` that are written out here, so that no other module can have given them their type. */
  readonly own: readonly string[];
  /** Types that it takes from other modules, in whatever way. */
  readonly imports: readonly ImportedType[];
  /** Those of `imports`, by name, that a constant is exported with. */
  readonly typedBy: readonly string[];
}

export interface ImportedType {
  /** As its own module has it. */
  readonly name: string;
  /** The module, as it is written. */
  readonly from: string;
}

interface Export {
  readonly name: string;
  /** Absent where it is another module's. */
  readonly declaration?: Node | undefined;
}

/** Reads a file by its syntax alone: it need not compile. */
export const readExports = memoize(({ path, text }: HandlerFile): HandlerExports => {
  const file = openProject().createSourceFile(path, text, { overwrite: true });
  const found = findExports(file);
  const read = {
    names: found.map(({ name }) => name),
    isOpen: file.getExportDeclarations().some((each) => each.isNamespaceExport() && !each.getNamespaceExport()),
    own: found.filter(({ declaration }) => declaration !== undefined && isOwn(declaration)).map(({ name }) => name),
    imports: findImports(file),
    typedBy: findTypes(file, found),
  };
  file.forget();
  return read;
});

function findExports(file: SourceFile): Export[] {
  const { Node } = tsMorph();
  const variables = file.getVariableStatements().filter((each) => each.isExported());
  const others = [...file.getFunctions(), ...file.getClasses(), ...file.getEnums()];
  return [
    ...variables
      .flatMap((statement) => statement.getDeclarations())
      .flatMap((each): Export[] => {
        if (Node.isIdentifier(each.getNameNode())) return [{ name: each.getName(), declaration: each }];
        const taken = each.getDescendants().filter(Node.isBindingElement);
        return taken.map((element) => ({ name: element.getName() }));
      }),
    ...others
      .filter((each) => each.isExported())
      .map((each) => ({ name: each.isDefaultExport() ? "default" : (each.getName() ?? "default"), declaration: each })),
    ...file
      .getExportAssignments()
      .filter((each) => !each.isExportEquals())
      .map(() => ({ name: "default" })),
    ...findListed(file),
  ];
}

/** What stands in `export { … }` and `export * as …`. */
function findListed(file: SourceFile): Export[] {
  const lists = file.getExportDeclarations().filter((each) => !each.isTypeOnly());
  return lists.flatMap((list) => {
    const whole = list.getNamespaceExport();
    const named = list.getNamedExports().filter((each) => !each.isTypeOnly());
    return [
      ...(whole === undefined ? [] : [{ name: whole.getName() }]),
      ...named.map((each) => ({
        name: each.getAliasNode()?.getText() ?? each.getName(),
        declaration: list.hasModuleSpecifier() ? undefined : findDeclaration(file, each.getName()),
      })),
    ];
  });
}

function findDeclaration(file: SourceFile, name: string): Node | undefined {
  return file.getVariableDeclaration(name) ?? file.getFunction(name) ?? file.getClass(name);
}

function isOwn(declaration: Node): boolean {
  const { Node } = tsMorph();
  if (!Node.isVariableDeclaration(declaration)) return true;
  const type = declaration.getTypeNode();
  if (type !== undefined) return Node.isFunctionTypeNode(type);
  const value = declaration.getInitializer();
  return value !== undefined && isWrittenOut(value);
}

/** What a call returns may have the right type by what it calls, unless a function that it is given says otherwise. */
function isWrittenOut(value: Expression): boolean {
  const { Node } = tsMorph();
  if (Node.isParenthesizedExpression(value)) return isWrittenOut(value.getExpression());
  if (Node.isArrowFunction(value) || Node.isFunctionExpression(value)) return true;
  if (!Node.isCallExpression(value) || value.getTypeArguments().length > 0) return false;
  return value.getArguments().some((given) => {
    const isFunction = Node.isArrowFunction(given) || Node.isFunctionExpression(given);
    return isFunction && given.getParameters().some((each) => each.getTypeNode() !== undefined);
  });
}

function findImports(file: SourceFile): ImportedType[] {
  const { SyntaxKind } = tsMorph();
  const imports = importsOf(file);
  const spaces = new Map(
    imports.map((each) => [each.getNamespaceImport()?.getText(), each.getModuleSpecifierValue()] as const),
  );
  spaces.delete(undefined);
  const qualified = spaces.size === 0 ? [] : file.getDescendantsOfKind(SyntaxKind.QualifiedName);
  const inPlace = file.getFullText().includes("import(") ? file.getDescendantsOfKind(SyntaxKind.ImportType) : [];
  return [
    ...imports.flatMap((each) =>
      each.getNamedImports().map((named) => ({ name: named.getName(), from: each.getModuleSpecifierValue() })),
    ),
    ...qualified.flatMap((each) => {
      const from = spaces.get(each.getLeft().getText());
      return from === undefined ? [] : [{ name: each.getRight().getText(), from }];
    }),
    ...inPlace.flatMap((each) => {
      const name = each.getQualifier()?.getText();
      const from = /^["'](.*)["']$/.exec(each.getArgument().getText())?.[1];
      return name === undefined || from === undefined ? [] : [{ name, from }];
    }),
  ];
}

/** Of a file that is being written one may not say yet where from. */
function importsOf(file: SourceFile): ImportDeclaration[] {
  const { ts } = tsMorph();
  return file.getImportDeclarations().filter((each) => ts.isStringLiteral(each.compilerNode.moduleSpecifier));
}

function findTypes(file: SourceFile, found: readonly Export[]): string[] {
  const named = importsOf(file).flatMap((each) => each.getNamedImports());
  const names = new Map(named.map((each) => [each.getAliasNode()?.getText() ?? each.getName(), each.getName()]));
  return found.flatMap(({ declaration }) => {
    const type = declaration && typeOf(declaration)?.getText();
    // Of `generated.RemindHandler` the last.
    return type === undefined ? [] : [names.get(type) ?? type.slice(type.lastIndexOf(".") + 1)];
  });
}

function typeOf(declaration: Node): TypeNode | undefined {
  const { Node } = tsMorph();
  if (!Node.isVariableDeclaration(declaration)) return undefined;
  const value = declaration.getInitializer();
  return declaration.getTypeNode() ?? (Node.isSatisfiesExpression(value) ? value.getTypeNode() : undefined);
}

let project: Project | undefined;

/** One for all files: it takes longer to make than a file takes to be read. */
function openProject(): Project {
  const { Project, ts } = tsMorph();
  project ??= new Project({ useInMemoryFileSystem: true, compilerOptions: { target: ts.ScriptTarget.ESNext } });
  return project;
}

/** Loaded when a file has to be read, since few have to. */
function tsMorph(): typeof import("ts-morph") {
  return createRequire(import.meta.url)("ts-morph");
}
