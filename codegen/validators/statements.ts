/*
 * The little JavaScript that validators are made of, as lines of text: statements are lists of lines, laid out for the
 * margin, and whoever holds them indents them.
 */

/** Longer statements are broken. */
const maxColumns = 100;

/** `if (condition) statement`, on one line where the statement is one; nothing where there is nothing to do. */
export function when(condition: string, then: readonly string[]): string[] {
  if (then.length === 0) return [];
  const [only = ""] = then;
  const line = `if (${condition}) ${only}`;
  const fits = then.length === 1 && isPlain(only) && line.length <= maxColumns;
  return fits ? [line] : block(`if (${condition})`, then);
}

/** `if … else if … else …`: the first branch whose condition holds. Branches with nothing to do stay in the chain. */
export function chain(
  branches: readonly { readonly condition: string; readonly then: readonly string[] }[],
  otherwise: readonly string[],
): string[] {
  const [first, ...rest] = branches;
  if (first === undefined) return [...otherwise];
  const tail = chain(rest, otherwise);
  if (tail.length === 0) return when(first.condition, first.then);
  const head = block(`if (${first.condition})`, first.then);
  return [...head.slice(0, -1), ...joinElse("} else", tail)];
}

/** `if (isWrong) report; else …`: a fault first, and what else is to be said where it isn't there. */
export function unless(condition: string, report: string, otherwise: readonly string[]): string[] {
  const first = when(condition, [report]);
  if (otherwise.length === 0) return first;
  return first.length === 1
    ? [...first, ...joinElse("else", otherwise)]
    : [...first.slice(0, -1), ...joinElse("} else", otherwise)];
}

/** The same body of a function, without the braces of a last `else` that all the rest of it is in. */
export function returningEarly(body: readonly string[]): readonly string[] {
  const [first = "", otherwise, ...rest] = body;
  const inside = rest.slice(0, -1);
  const isWhole = otherwise === "else {" && rest.at(-1) === "}" && inside.every((line) => line.startsWith("  "));
  const returning = first.replace(/\) (\w+\(faults, [^()]*\);)$/, ") return $1");
  return isWhole && returning !== first ? [returning, ...inside.map((line) => line.slice(2))] : body;
}

function joinElse(head: string, tail: readonly string[]): string[] {
  const [first = "", ...rest] = tail;
  const isOneStatement = first.startsWith("if (") && rest.every((line) => !line.startsWith("if (") && isInside(line));
  if (isOneStatement) return [`${head} ${first}`, ...rest];
  return tail.length === 1 && isPlain(first) && head === "else" ? [`${head} ${first}`] : block(head, tail);
}

/** Whether a line belongs to the statement that began before it. */
function isInside(line: string): boolean {
  return line.startsWith(" ") || line.startsWith("}") || line.startsWith("else");
}

/** A statement between braces. */
export function block(head: string, lines: readonly string[]): string[] {
  return [`${head} {`, ...lines.map((line) => `  ${line}`), "}"];
}

function isPlain(line: string): boolean {
  return !/^(if|for|const|switch|else)\b/.test(line);
}

/** A JSON value as an expression. */
export function literalOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literalOf).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${keyOf(name)}: ${literalOf(member)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

function keyOf(name: string): string {
  return isIdentifier(name) ? name : JSON.stringify(name);
}

/** Whether a name can stand after a point. */
export function isIdentifier(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name);
}
