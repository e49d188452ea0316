import { type Alias, Composer, type Document, isAlias, type Node, type YAMLError } from "yaml";
import { type Diagnostic, error } from "../diagnostic.js";
import type { SourceFile, Span } from "../source.js";
import { tokensOf } from "./bounded-tokens.js";
import { readPlainYaml } from "./plain-yaml.js";
import { surveyTree } from "./survey-tree.js";
import { findUnquotedCrons } from "./unquoted-crons.js";

/** The syntax tree of one YAML file. */
export interface YamlDocument {
  readonly file: string;
  /** `null` for an empty file. */
  readonly root: Node | null;
  /** What an alias stands for; any other node is returned as it is. `undefined` when its anchor is missing. */
  readonly resolve: (node: Node) => Node | undefined;
  /** Whether a key stands in its mapping for the second time, which is reported: the first one counts. */
  readonly isRepeated: (key: Node) => boolean;
  readonly spanOf: (node: Node) => Span;
}

/**
 * Reads YAML 1.2. Every syntax fault of the file comes back as a diagnostic; nothing is thrown.
 *
 * There is no document when the faults leave its meaning open.
 */
export function parseYamlDocument(source: SourceFile): {
  readonly document?: YamlDocument;
  readonly diagnostics: readonly Diagnostic[];
} {
  const plain = readPlainYaml(source.text);
  if (plain !== undefined) return { document: documentOf(source.path, plain), diagnostics: [] };
  const written = composeYaml(source.path, source.text);
  const crons = findUnquotedCrons(source, written.aliases);
  // The rest of the file is read around them, so that one run shows its other faults too.
  const { document: parsed, faults } =
    crons.diagnostics.length === 0 ? written : composeYaml(source.path, crons.replaced ?? source.text);
  const { targets, repeatedKeys } = surveyTree(parsed);
  const spanOf = (node: Node) => spanIn(source.path, node);
  const diagnostics = [
    // The library's own messages about a cron help nobody.
    ...faults.filter((fault) => !crons.areOnLineOf(fault.pos[0])).map((fault) => syntaxFault(source, fault)),
    ...repeatedKeys.map(({ first, again }) =>
      error("yaml-syntax", spanOf(again), "Map keys must be unique. Keep one of the two.", [
        { message: "The first one is here.", span: spanOf(first) },
      ]),
    ),
  ];
  const found = [...crons.diagnostics, ...diagnostics];
  // What stands around a broken place may mean something else once it is mended; a repeated key changes nothing there.
  if (faults.length > 0 || crons.replaced === undefined) return { diagnostics: found };
  const repeated = new Set(repeatedKeys.map(({ again }) => again));
  return { document: documentOf(source.path, parsed.contents, targets, repeated), diagnostics: found };
}

function documentOf(
  file: string,
  root: Node | null,
  targets?: ReadonlyMap<Alias, Node>,
  repeated?: ReadonlySet<Node>,
): YamlDocument {
  return {
    file,
    root,
    resolve: (node) => (isAlias(node) ? targets?.get(node) : node),
    isRepeated: (key) => repeated?.has(key) === true,
    spanOf: (node) => spanIn(file, node),
  };
}

/** What `parseDocument` of `yaml` does, within bounds. */
export function composeYaml(
  path: string,
  text: string,
): {
  readonly document: Document.Parsed;
  readonly faults: readonly Fault[];
  /** Where each begins. */
  readonly aliases: readonly number[];
} {
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
  const aliases: number[] = [];
  const tokens = tokensOf(text, {
    onRefusal: (offset, message) => beyond.push({ pos: [offset, offset + 1], message }),
    onAlias: (offset) => aliases.push(offset),
  });
  const [document, second] = composer.compose(tokens, true, text.length);
  if (document === undefined) throw new Error(`The YAML library gave no document for ${path}.`);
  const several = second === undefined ? [] : [severalDocuments(second)];
  return { document, faults: [...document.errors, ...beyond, ...several], aliases };
}

type Fault = Pick<YAMLError, "pos" | "message"> & Partial<Pick<YAMLError, "code">>;

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

function syntaxFault(source: SourceFile, fault: Fault): Diagnostic {
  const [start, end] = fault.pos;
  return error("yaml-syntax", { file: source.path, start, end: Math.max(end, start + 1) }, withWayOut(fault));
}

/** The library says what is wrong, and not what to do about it. */
function withWayOut({ code, message }: Fault): string {
  const [, mark] = /^Missing closing (["'])quote/.exec(message) ?? [];
  if (mark !== undefined) return `A text that begins with ${mark} has no ${mark} at its end. Close it.`;
  const wayOut = code === undefined ? undefined : waysOut[code];
  return wayOut === undefined ? sentence(message) : `${sentence(message)} ${wayOut}`;
}

const waysOut: Partial<Record<YAMLError["code"], string>> = {
  BAD_DQ_ESCAPE: "Write two backslashes for one, or put the text between single quotes.",
  BAD_SCALAR_START: "Quote the text.",
  BLOCK_AS_IMPLICIT_KEY:
    "Quote a text that has a colon in it; give a key a line of its own, indented as its neighbours.",
  MULTILINE_IMPLICIT_KEY: "Is a colon missing behind a key?",
  TAB_AS_INDENT: "Indent by spaces.",
};

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
