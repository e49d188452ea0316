import { type Document, isAlias, type Node, parseDocument, type YAMLError } from "yaml";
import { type Diagnostic, error } from "../diagnostic.js";
import type { SourceFile, Span } from "../source.js";

/** The syntax tree of one YAML file. */
export interface YamlDocument {
  readonly file: string;
  /** `null` for an empty file. */
  readonly root: Node | null;
  /** What an alias stands for; any other node is returned as it is. `undefined` when its anchor is missing. */
  readonly resolve: (node: Node) => Node | undefined;
  readonly spanOf: (node: Node) => Span;
}

/** Reads YAML 1.2. Every syntax fault of the file comes back as a diagnostic; nothing is thrown. */
export function parseYamlDocument(source: SourceFile): {
  readonly document: YamlDocument;
  readonly diagnostics: readonly Diagnostic[];
} {
  const parsed = parseDocument(source.text, {
    version: "1.2",
    // Whole numbers arrive as BigInt, so that one beyond 2^53 is seen before it loses digits.
    intAsBigInt: true,
    stringKeys: true,
    prettyErrors: false,
  });
  return {
    document: {
      file: source.path,
      root: parsed.contents,
      resolve: (node) => (isAlias(node) ? node.resolve(parsed as Document) : node),
      spanOf: (node) => spanOf(source.path, node),
    },
    diagnostics: syntaxDiagnostics(source, parsed.errors),
  };
}

/** The place of a node; the start of the file when the parser kept none. */
function spanOf(file: string, node: Node): Span {
  const [start, end] = node.range ?? [0, 0];
  return { file, start, end };
}

function syntaxDiagnostics(source: SourceFile, faults: readonly YAMLError[]): Diagnostic[] {
  const crons = unquotedCrons(source);
  const onCronLine = (offset: number) => crons.some((cron) => cron.line.start <= offset && offset <= cron.line.end);
  return [
    ...crons.map((cron) => cron.diagnostic),
    ...faults
      .filter((fault) => !onCronLine(fault.pos[0]))
      .map((fault) => {
        const [start, end] = fault.pos;
        const place = { file: source.path, start, end: Math.max(end, start + 1) };
        return error("yaml-syntax", place, `${sentence(fault.message)}`);
      }),
  ];
}

// `cron: */5 * * * *` without its quotes is an alias to YAML, whose own messages about it help nobody.
function unquotedCrons(source: SourceFile) {
  return [...source.text.matchAll(/^[ \t]*(?:-[ \t]+)?[\w"'-]+:[ \t]+(\*[/\d*, \t].*?)[ \t]*(?:#.*)?$/gm)].map(
    (match) => {
      const written = match[1] ?? "";
      const start = match.index + match[0].indexOf(written);
      const place = { file: source.path, start, end: start + written.length };
      return {
        line: { start: match.index, end: match.index + match[0].length },
        diagnostic: error("unquoted-cron", place, `YAML reads a bare \`*\` as an alias. Quote it: "${written}".`),
      };
    },
  );
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
