/*
 * The declarations that generated modules are made of, as TypeScript. There are so few kinds of them that a syntax tree
 * would be a detour: loading a library that prints every kind takes longer than compiling a project.
 */

/** A named import: `name`, or `name as alias`, perhaps of a type. */
export interface NamedImport {
  readonly name: string;
  readonly alias?: string;
  readonly isTypeOnly: boolean;
}

/** What an import declaration takes from a module. */
export interface ImportedNames {
  readonly from: string;
  /** Whether every name is a type. */
  readonly isTypeOnly: boolean;
  readonly names: readonly NamedImport[];
}

/** `import … from "module";` */
export function printImport({ from, isTypeOnly, names }: ImportedNames): string {
  const named = names.map(({ name, alias, isTypeOnly }) => {
    return `${isTypeOnly ? "type " : ""}${name}${alias === undefined ? "" : ` as ${alias}`}`;
  });
  return `import ${isTypeOnly ? "type " : ""}{ ${named.join(", ")} } from ${JSON.stringify(from)};`;
}

/** A doc comment with its line end; nothing for no text. The author's text can neither end it nor break its lines. */
export function printDoc(text: string | undefined): string {
  const lines = (text ?? "")
    .replaceAll("*/", "*\\/")
    .replaceAll(/\r\n?|[\u2028\u2029]/g, "\n")
    .trim()
    .split("\n");
  const [only = ""] = lines;
  if (lines.length === 1) return only === "" ? "" : `/** ${only} */\n`;
  return `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join("\n")}\n */\n`;
}

/** `export interface Name extends … { … }`. */
export function printInterface(
  name: string,
  parents: readonly string[],
  members: readonly { readonly name: string; readonly type: string; readonly doc?: string | undefined }[],
): string {
  const head = `export interface ${name}${parents.length === 0 ? "" : ` extends ${parents.join(", ")}`} {\n`;
  const body = members.map((member) => indented(`${printDoc(member.doc)}${member.name}: ${member.type};\n`));
  return `${head}${body.join("")}}`;
}

/** `export function name(…): Type { return …; }`; `returns` is laid out for the margin. */
export function printFunction(
  name: string,
  parameters: readonly { readonly name: string; readonly type: string }[],
  returnType: string,
  returns: string,
): string {
  const list = parameters.map((parameter) => `${parameter.name}: ${parameter.type}`).join(", ");
  return `export function ${name}(${list}): ${returnType} {\n${indented(`return ${returns};\n`)}}`;
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}
