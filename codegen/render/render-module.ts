import { type JSDocStructure, type OptionalKind, printStructure, StructureKind, type Structures } from "ts-morph";
import { memoize } from "../memoize.js";
import type { Declaration, PlannedModule } from "../plan/emit-plan.js";
import { collectImports } from "./imports.js";
import { renderExpression, renderType } from "./render-expression.js";

/** The text of a module: its header, the imports that its declarations need, and the declarations. */
export const renderModule = memoize((module: PlannedModule): string => {
  const header = module.header.map((line) => `// ${oneLine(line)}\n`).join("");
  const imports = collectImports(module.declarations).map((line) => `${print(line)}\n`);
  const declarations = module.declarations.map((declaration) => `\n${renderDeclaration(declaration)}\n`);
  return [header, ...imports, ...declarations].join("");
});

/** Printed from the structure alone: a Project would parse the whole file again at each declaration. */
function print(structure: Structures): string {
  return printStructure(structure, { indentNumberOfSpaces: 2 }).trim();
}

function renderDeclaration(declaration: Declaration): string {
  switch (declaration.kind) {
    case "schema-types":
      return declaration.text;
    case "type-alias":
      return print({
        kind: StructureKind.TypeAlias,
        name: declaration.name,
        isExported: true,
        type: renderType(declaration.type),
        docs: docs(declaration.doc),
      });
    case "interface":
      return print({
        kind: StructureKind.Interface,
        name: declaration.name,
        isExported: true,
        extends: declaration.extends.map(renderType),
        docs: docs(declaration.doc),
        properties: declaration.members.map((member) => ({
          name: member.name,
          type: renderType(member.type),
          docs: docs(member.doc),
        })),
      });
    case "const":
      return renderConst(declaration);
    case "function":
      return print({
        kind: StructureKind.Function,
        name: declaration.name,
        isExported: true,
        parameters: declaration.parameters.map(({ name, type }) => ({ name, type: renderType(type) })),
        returnType: renderType(declaration.returnType),
        // ts-morph indents the statement's later lines itself, so it is laid out as if it stood at the margin.
        statements: [`return ${renderExpression(declaration.returns, 0, "  return ;".length)};`],
        docs: docs(declaration.doc),
      });
  }
}

/** Not a `VariableStatement`: ts-morph indents an initialiser of several lines once too deep. */
function renderConst({
  name,
  type,
  value,
  satisfies,
  doc,
  note,
}: Extract<Declaration, { readonly kind: "const" }>): string {
  const head = `export const ${name}${type ? `: ${renderType(type)}` : ""} = `;
  const tail = `${satisfies ? ` satisfies ${renderType(satisfies)}` : ""};`;
  const comment = docs(doc).map((structure) => `${print({ kind: StructureKind.JSDoc, ...structure })}\n`);
  const notes = (note ?? []).map((line) => `\n// ${oneLine(line)}`);
  return [...comment, head, renderExpression(value, 0, head.length + tail.length), tail, ...notes].join("");
}

/** A doc comment; the author's text can neither end it nor break a line in a way that an editor shows wrongly. */
function docs(text: string | undefined): OptionalKind<JSDocStructure>[] {
  if (text === undefined) return [];
  const description = text
    .replaceAll("*/", "*\\/")
    .replaceAll(/\r\n?|[\u2028\u2029]/g, "\n")
    .trim();
  return description === "" ? [] : [{ description: description.includes("\n") ? `\n${description}` : description }];
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\u2028\u2029]+/g, " ");
}
