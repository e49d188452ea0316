import { Project, ts } from "ts-morph";
import type { Json } from "../../codegen/json.js";
import { payloadType } from "./compiled-schemas.js";

/** Values that must be assignable to the payload type of a generated module. */
export interface Assignments {
  /** Shown where a value does not fit. */
  readonly title: string;
  /** The generated module. */
  readonly types: string;
  /** What it imports, by name; its own name is `w` and its place in the list, for those that import it in turn. */
  readonly lent?: ReadonlyMap<string, string>;
  readonly values: readonly Json[];
}

/**
 * What TypeScript says of the modules and of assigning the values to their payload types, in one strict program.
 *
 * A value is assigned as a variable of its own literal type, so that only its shape counts: TypeScript's two lints
 * against probable typos (a property too much in a fresh literal; no property in common with an object whose
 * properties are all optional) speak about types that accept the value.
 */
export function findTypeErrors(all: readonly Assignments[]): string[] {
  const project = new Project({
    useInMemoryFileSystem: true,
    compilerOptions: {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      lib: ["lib.es2023.d.ts"],
      types: [],
      skipLibCheck: true,
      noEmit: true,
    },
  });
  project.createSourceFile("/node_modules/taskwright/package.json", '{"type":"module","types":"index.d.ts"}');
  project.createSourceFile("/node_modules/taskwright/index.d.ts", runtimeTypes);
  project.createSourceFile("/index.ts", "export interface Tasks {}");
  project.createSourceFile("/package.json", '{"type":"module"}');
  all.forEach(({ types, lent = new Map<string, string>(), values }, index) => {
    for (const [name, text] of lent) project.createSourceFile(`/${name}.ts`, text);
    project.createSourceFile(`/w${index}.ts`, types);
    project.createSourceFile(`/w${index}.values.ts`, assignments(index, values));
  });
  return project.getPreEmitDiagnostics().map((found) => {
    const path = found.getSourceFile()?.getFilePath() ?? "";
    const source = all[Number(/\d+/.exec(path)?.[0])];
    const line = found.getLineNumber() ?? 1;
    const text = found.getSourceFile()?.getFullText().split("\n")[line - 1] ?? "";
    return `${source?.title}: ${ts.flattenDiagnosticMessageText(found.compilerObject.messageText, "\n")}\n    ${text}`;
  });
}

const runtimeTypes = `
export type Handler<Tasks = unknown, Payload = undefined, Result = void> = (payload: Payload, tasks: Tasks) => Result;
export interface TaskClient<Payload = undefined, Result = void> { enqueue(payload: Payload): Result }
`;

function assignments(index: number, values: readonly Json[]): string {
  const lines = values.map(
    (value, at) => `declare const v${at}: ${literalType(value)}; export const c${at}: Open<${payloadType}> = v${at};`,
  );
  return [
    `import type { ${payloadType} } from "./w${index}.js";`,
    // An index signature of symbols changes nothing for JSON, and is no object of optional properties only.
    "type Symbols<T> = T extends readonly unknown[] ? unknown : { [key: symbol]: unknown };",
    // As deep as the values go; a type that contains itself has no end.
    "type Open<T, Level extends 0[] = []> = Level['length'] extends 5 ? T",
    "  : T extends object ? { [K in keyof T]: Open<T[K], [0, ...Level]> } & Symbols<T> : T;",
    ...lines,
  ].join("\n");
}

/** The narrowest type of a JSON value. */
function literalType(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(literalType).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${literalType(member)}`);
  return `{ ${members.join("; ")} }`;
}
