import type { Declaration, PlannedModule } from "../plan/emit-plan.js";
import { collectImports } from "./imports.js";
import { printDoc, printFunction, printImport, printInterface } from "./print-declarations.js";
import { renderExpression, renderType } from "./render-expression.js";

/** The text of a module: its header, the imports that its declarations need, and the declarations. */
export function renderModule(module: PlannedModule): string {
  const header = module.header.map((line) => `// ${oneLine(line)}\n`).join("");
  const imports = collectImports(module.declarations).map((names) => `${printImport(names)}\n`);
  const declarations = module.declarations.map((declaration) => `\n${renderDeclaration(declaration)}\n`);
  return [header, ...imports, ...declarations].join("");
}

function renderDeclaration(declaration: Declaration): string {
  switch (declaration.kind) {
    case "printed":
      return declaration.text;
    case "type-alias":
      return `${printDoc(declaration.doc)}export type ${declaration.name} = ${renderType(declaration.type)};`;
    case "interface": {
      const members = declaration.members.map(({ name, type, doc }) => ({ name, type: renderType(type), doc }));
      const parents = declaration.extends.map(renderType);
      return printDoc(declaration.doc) + printInterface(declaration.name, parents, members);
    }
    case "const":
      return renderConst(declaration);
    case "function": {
      const parameters = declaration.parameters.map(({ name, type }) => ({ name, type: renderType(type) }));
      // Laid out as if it stood at the margin, and indented whole.
      const returns = renderExpression(declaration.returns, 0, "  return ;".length);
      return (
        printDoc(declaration.doc) +
        printFunction(declaration.name, parameters, renderType(declaration.returnType), returns)
      );
    }
  }
}

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
  const notes = (note ?? []).map((line) => `\n// ${oneLine(line)}`);
  return [printDoc(doc), head, renderExpression(value, 0, head.length + tail.length), tail, ...notes].join("");
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\u2028\u2029]+/g, " ");
}
