import type { CodeSymbol, Declaration, Expression, TypeExpression } from "../plan/emit-plan.js";
import type { ImportedNames } from "./print-declarations.js";

/** The imports of a module, from the symbols that its declarations use: packages first, then files by name. */
export function collectImports(declarations: readonly Declaration[]): ImportedNames[] {
  const byModule = new Map<string, Map<string, CodeSymbol>>();
  for (const symbol of declarations.flatMap(symbolsOf)) {
    if (symbol.from === undefined) continue;
    const symbols = byModule.get(symbol.from) ?? new Map<string, CodeSymbol>();
    byModule.set(symbol.from, symbols.set(symbol.name, symbol));
  }
  return [...byModule]
    .sort(([a], [b]) => compare(isRelative(a), isRelative(b)) || compare(a, b))
    .map(([module, symbols]) => renderImport(module, [...symbols.values()]));
}

function renderImport(from: string, symbols: readonly CodeSymbol[]): ImportedNames {
  const isTypeOnly = symbols.every((symbol) => symbol.isType);
  return {
    from,
    isTypeOnly,
    names: [...symbols]
      .sort((a, b) => compare(a.importedAs ?? a.name, b.importedAs ?? b.name))
      .map(({ name, importedAs, isType }) => ({
        name: importedAs ?? name,
        ...(importedAs !== undefined && importedAs !== name ? { alias: name } : {}),
        isTypeOnly: isType && !isTypeOnly,
      })),
  };
}

function symbolsOf(declaration: Declaration): CodeSymbol[] {
  switch (declaration.kind) {
    case "printed":
      return [...declaration.uses];
    case "type-alias":
      return symbolsOfType(declaration.type);
    case "interface":
      return [...declaration.extends, ...declaration.members.map((member) => member.type)].flatMap(symbolsOfType);
    case "const":
      return [
        ...[declaration.type, declaration.satisfies].flatMap((type) => (type ? symbolsOfType(type) : [])),
        ...symbolsOfExpression(declaration.value),
      ];
    case "function":
      return [
        ...[declaration.returnType, ...declaration.parameters.map((parameter) => parameter.type)].flatMap(
          symbolsOfType,
        ),
        ...symbolsOfExpression(declaration.returns),
      ];
  }
}

function symbolsOfType(type: TypeExpression): CodeSymbol[] {
  return [type.symbol, ...type.arguments.flatMap(symbolsOfType)];
}

function symbolsOfExpression(expression: Expression): CodeSymbol[] {
  switch (expression.kind) {
    case "literal":
      return [];
    case "reference":
      return [expression.symbol];
    case "list":
      return expression.items.flatMap(symbolsOfExpression);
    case "object":
      return expression.entries.flatMap(([, value]) => symbolsOfExpression(value));
    case "call":
      return [
        expression.callee,
        ...expression.typeArguments.flatMap(symbolsOfType),
        ...expression.arguments.flatMap(symbolsOfExpression),
      ];
  }
}

function isRelative(module: string): number {
  return module.startsWith(".") ? 1 : 0;
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
