import { Composer, type Document, isAlias, type Node, type YAMLError } from "yaml";
import { type Diagnostic, error } from "../diagnostic.js";
import type { SourceFile, Span } from "../source.js";
import { tokensOf } from "./bounded-tokens.js";
import { surveyTree } from "./survey-tree.js";
import { findUnquotedCrons } from "./unquoted-crons.js";

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
  const { document: parsed, faults } = compose(source);
  const { targets, repeatedKeys } = surveyTree(parsed);
  const spanOf = (node: Node) => spanIn(source.path, node);
  return {
    document: {
      file: source.path,
      root: parsed.contents,
      resolve: (node) => (isAlias(node) ? targets.get(node) : node),
      spanOf,
    },
    diagnostics: [
      ...syntaxDiagnostics(source, faults),
      ...repeatedKeys.map(({ first, again }) =>
        error("yaml-syntax", spanOf(again), "Map keys must be unique. Keep one of the two.", [
          { message: "The first one is here.", span: spanOf(first) },
        ]),
      ),
    ],
  };
}

/** What `parseDocument` of `yaml` does, within bounds. */
function compose(source: SourceFile): { readonly document: Document.Parsed; readonly faults: readonly Fault[] } {
  const composer = new Composer({
    version: "1.2",
    // Whole numbers arrive as BigInt, so that one beyond 2^53 is seen before it loses digits.
    intAsBigInt: true,
    stringKeys: true,
    prettyErrors: false,
    // The library compares each key with every other, which takes minutes for a long mapping; `surveyTree` does not.
    uniqueKeys: false,
  });
  const beyond: Fault[] = [];
  const tokens = tokensOf(source.text, (offset, message) => {
    beyond.push({ pos: [offset, offset + 1], message });
  });
  const [document, second] = composer.compose(tokens, true, source.text.length);
  if (document === undefined) throw new Error(`The YAML library gave no document for ${source.path}.`);
  const several = second === undefined ? [] : [severalDocuments(second)];
  return { document, faults: [...document.errors, ...beyond, ...several] };
}

type Fault = Pick<YAMLError, "pos" | "message">;

function severalDocuments(second: Document.Parsed): Fault {
  const [start] = second.range;
  const message = "The file holds several YAML documents. Keep one, and give each of the others a file of its own.";
  return { pos: [start, start], message };
}

/** The place of a node; the start of the file when the parser kept none. */
function spanIn(file: string, node: Node): Span {
  const [start, end] = node.range ?? [0, 0];
  return { file, start, end };
}

function syntaxDiagnostics(source: SourceFile, faults: readonly Fault[]): Diagnostic[] {
  const crons = findUnquotedCrons(source);
  return [
    ...crons.diagnostics,
    // The library's own messages about them help nobody.
    ...faults
      .filter((fault) => !crons.areOnLineOf(fault.pos[0]))
      .map((fault) => {
        const [start, end] = fault.pos;
        const place = { file: source.path, start, end: Math.max(end, start + 1) };
        return error("yaml-syntax", place, sentence(fault.message));
      }),
  ];
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
