import { join } from "node:path";
import picocolors from "picocolors";
import { Project, ts } from "ts-morph";
import {
  type Compilation,
  compile,
  formatGithub,
  formatJson,
  formatText,
  type RenderedFile,
  type RenderedFiles,
  type SourceFile,
} from "../../codegen/index.js";

/** Stands in hostile text wherever code would be; it must never become code. */
export const canary = "zqcanary";

const layout = { workflows: "workflows", generated: "generated" };

/**
 * Compiles workflow files of any kind, and says what is wrong with what comes of it: nothing at all, faults without a
 * place or a sentence, faults that cannot be printed, modules that do not parse, or text of the YAML that became code.
 */
export function findUnsoundness(
  sources: readonly SourceFile[],
  compiler: typeof compile = compile,
): { readonly compilation: Compilation; readonly problems: readonly string[] } {
  const compilation = compiler(sources, layout);
  const { diagnostics, files } = compilation;
  const hasErrors = diagnostics.some(({ severity }) => severity === "error");
  const problems = [
    ...(hasErrors === (files !== undefined) ? ["It must give either errors or files."] : []),
    ...diagnostics.flatMap(({ code, message, span, related = [] }) => {
      const isWhole = /[.?!]$/.test(message) && [span, ...related.map((other) => other.span)].every(isInside(sources));
      return isWhole ? [] : [`${code} is no sentence at a place: ${message} ${JSON.stringify(span)}`];
    }),
    ...(files === undefined ? [] : [...files.generated, ...files.stubs].flatMap(findCodeProblems)),
  ];
  for (const format of [formatJson, formatGithub]) format(diagnostics, sources);
  formatText(diagnostics, sources, picocolors.createColors(false));
  return { compilation, problems };
}

function isInside(sources: readonly SourceFile[]) {
  return ({ file, start, end }: { readonly file: string; readonly start: number; readonly end: number }) => {
    const text = sources.find(({ path }) => path === file)?.text;
    return text !== undefined && start >= 0 && start <= end && start <= text.length;
  };
}

function findCodeProblems({ path, text }: RenderedFile): string[] {
  if (path.endsWith(".json")) {
    JSON.parse(text);
    return [];
  }
  if (!path.endsWith(".ts")) return [];
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext);
  const { parseDiagnostics = [] } = file as { readonly parseDiagnostics?: readonly ts.Diagnostic[] };
  const faults = parseDiagnostics.map(
    (found) => `${path} does not parse: ${ts.flattenDiagnosticMessageText(found.messageText, " ")}`,
  );
  const hasEscaped = (node: ts.Node): boolean =>
    (ts.isIdentifier(node) && node.text.includes(canary)) || (ts.forEachChild(node, hasEscaped) ?? false);
  return hasEscaped(file) ? [...faults, `${path} holds text of the YAML as code.`] : faults;
}

/**
 * What TypeScript says of whole generated projects, handlers included, under the strictest options and against the
 * runtime's own types; all in one program.
 */
export function findProjectErrors(projects: readonly RenderedFiles[]): string[] {
  const repository = join(import.meta.dirname, "../..");
  const program = new Project({
    tsConfigFilePath: join(repository, "tsconfig.json"),
    skipAddingFilesFromTsConfig: true,
    compilerOptions: { noEmit: true },
  });
  const added = projects.flatMap(({ generated, stubs }, index) =>
    [...generated, ...stubs]
      .filter(({ path }) => path.endsWith(".ts"))
      // Never written: only there they find the runtime by the package's own name, as a user's project does.
      .map(({ path, text }) =>
        program.createSourceFile(join(repository, `.checked-${index}`, path), text.replace("// @ts-nocheck", "//")),
      ),
  );
  return added.flatMap((file) =>
    file
      .getPreEmitDiagnostics()
      .filter((found) => !file.getBaseName().endsWith(".definitions.ts") || isOfNames(found.getCode()))
      .map(
        (found) =>
          `${file.getFilePath().slice(repository.length)}:${found.getLineNumber()} ${ts.flattenDiagnosticMessageText(found.compilerObject.messageText, " ")}`,
      ),
  );
}

/** Names that are missing or there twice. What else TypeScript says of checks is of values that have no type yet. */
function isOfNames(code: number): boolean {
  return [2300, 2304, 2305, 2440, 2451, 2552, 2614].includes(code);
}
