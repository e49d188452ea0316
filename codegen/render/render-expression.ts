import type { Expression, TypeExpression } from "../plan/emit-plan.js";

/** Longer lines are broken, at the widest object or list that does not fit. */
const maxColumns = 120;

/** A type as TypeScript, e.g. `Handler<PushPayload, PushResult>`. */
export function renderType({ symbol, arguments: args }: TypeExpression): string {
  return args.length === 0 ? symbol.name : `${symbol.name}<${args.map(renderType).join(", ")}>`;
}

/**
 * An expression as TypeScript. On one line where it fits, else broken from the outside in.
 *
 * `depth` is how deep the statement is indented, `around` how many columns stand on the line beside the expression.
 */
export function renderExpression(expression: Expression, depth: number, around: number): string {
  const flat = renderFlat(expression);
  const fits = depth * 2 + around + flat.length <= maxColumns;
  return fits && !isBroken(expression) ? flat : renderBroken(expression, depth, around);
}

/** Definitions are read from top to bottom, one setting a line, even where they would fit on one. */
function isBroken(expression: Expression): boolean {
  if (expression.kind === "call")
    return expression.arguments.some((argument) => argument.kind === "object" && argument.entries.length > 3);
  return (
    expression.kind === "object" &&
    expression.entries.some(
      ([, value]) => value.kind === "object" && value.entries.some(([, inner]) => inner.kind === "object"),
    )
  );
}

function renderFlat(expression: Expression): string {
  switch (expression.kind) {
    case "literal":
      return renderLiteral(expression.value);
    case "reference":
      return expression.symbol.name;
    case "list":
      return `[${expression.items.map(renderFlat).join(", ")}]`;
    case "object": {
      if (expression.entries.length === 0) return "{}";
      return `{ ${expression.entries.map(([name, value]) => renderMember(name, value, renderFlat(value))).join(", ")} }`;
    }
    case "call":
      return `${renderCallee(expression)}(${expression.arguments.map(renderFlat).join(", ")})`;
  }
}

function renderBroken(expression: Expression, depth: number, around: number): string {
  const inner = "  ".repeat(depth + 1);
  const close = `\n${"  ".repeat(depth)}`;
  switch (expression.kind) {
    case "object": {
      const lines = expression.entries.map(([name, value]) => {
        const text = renderExpression(value, depth + 1, renderKey(name).length + 3);
        return `${inner}${renderMember(name, value, text)},\n`;
      });
      return lines.length === 0 ? "{}" : `{\n${lines.join("").trimEnd()}${close}}`;
    }
    case "list": {
      const lines = expression.items.map((item) => `${inner}${renderExpression(item, depth + 1, 1)},\n`);
      return lines.length === 0 ? "[]" : `[\n${lines.join("").trimEnd()}${close}]`;
    }
    case "call": {
      const callee = renderCallee(expression);
      const [only, ...others] = expression.arguments;
      // One object hugs the parentheses, as people write it.
      if (only !== undefined && others.length === 0) return `${callee}(${renderBroken(only, depth, around)})`;
      const lines = expression.arguments.map((argument) => `${inner}${renderExpression(argument, depth + 1, 1)},\n`);
      return `${callee}(\n${lines.join("").trimEnd()}${close})`;
    }
    default:
      return renderFlat(expression);
  }
}

function renderCallee(call: Extract<Expression, { readonly kind: "call" }>): string {
  return renderType({ symbol: call.callee, arguments: call.typeArguments });
}

function renderMember(name: string, value: Expression, text: string): string {
  const isShorthand = value.kind === "reference" && value.symbol.name === name;
  return isShorthand ? name : `${renderKey(name)}: ${text}`;
}

/** A quoted key is never special; `__proto__` without quotes would set the prototype, and with them it does too. */
function renderKey(name: string): string {
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** Numbers from 10,000 on are grouped as people write them: `86_400_000`. */
function renderLiteral(value: string | number | boolean | null): string {
  if (typeof value === "string") return JSON.stringify(value);
  const text = String(value);
  return typeof value === "number" && /^-?\d{5,}$/.test(text) ? text.replaceAll(/\B(?=(\d{3})+$)/g, "_") : text;
}
