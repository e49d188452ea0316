import type { Node } from "yaml";
import { type Diagnostic, error } from "../diagnostic.js";
import type { SourceFile, Span } from "../source.js";
import { type WorkflowSettings, workflowLanguage } from "./workflow-language.js";
import { parseYamlDocument } from "./yaml-document.js";

/** One workflow file as its author wrote it: nothing resolved, every part with its place. */
export interface WorkflowNode {
  readonly file: string;
  /** The start of the file, for what has no place of its own. */
  readonly span: Span;
  readonly settings: WorkflowSettings;
}

/** A file's tree, and the faults of its form; a broken file gives no tree. */
export interface ParsedWorkflow {
  readonly workflow?: WorkflowNode;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parse: text to a typed tree. Every fault of the file's form is found in one go. */
export function parseWorkflow(source: SourceFile): ParsedWorkflow {
  const start: Span = { file: source.path, start: 0, end: 0 };
  if (source.unreadable !== undefined) return { diagnostics: [describeUnreadable(source, source.unreadable)] };
  if (source.text.includes("\u0000")) {
    const message = "The file is not UTF-8 text. Save it as UTF-8.";
    return { diagnostics: [error("yaml-syntax", start, message)] };
  }
  const { document, diagnostics: syntax } = parseYamlDocument(source);
  if (document === undefined) return { diagnostics: syntax };
  if (isEmpty(document.root)) {
    return {
      workflow: { file: source.path, span: start, settings: { span: start, keySpans: new Map() } },
      diagnostics: [],
    };
  }
  const diagnostics: Diagnostic[] = [...syntax];
  const settings = workflowLanguage.read(document.root, {
    document,
    name: source.path,
    depth: 0,
    report: (found) => diagnostics.push(found),
  });
  if (settings === undefined) return { diagnostics };
  return { workflow: { file: source.path, span: start, settings }, diagnostics };
}

function describeUnreadable(
  { path, text }: SourceFile,
  { message, start }: NonNullable<SourceFile["unreadable"]>,
): Diagnostic {
  return error("unreadable-file", { file: path, start, end: Math.min(start + 1, text.length) }, message);
}

function isEmpty(root: Node | null): root is null {
  return root === null || ("value" in root && root.value === null);
}
