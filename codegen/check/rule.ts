import type { Catalog, CatalogWorkflow } from "../catalog.js";
import type { Diagnostic } from "../diagnostic.js";
import type { WorkflowNode } from "../parse/parse-workflow.js";
import type { SourceFile } from "../source.js";

/** What a rule may look at: the files as written, and what they mean together. */
export interface Project {
  readonly files: readonly WorkflowNode[];
  readonly catalog: Catalog;
  /** Files too broken to read: what they declare is unknown, so a rule does not report that it is missing. */
  readonly unread: readonly SourceFile[];
  /** Whether a part of a file has a name that is none: `taks` may be all its tasks. */
  readonly hasUnknownPart: boolean;
}

/** Whether an unread file may have to do with `name`: it holds it, or nobody knows what it holds. */
export function mayDeclare({ text, unreadable }: SourceFile, name: string): boolean {
  return text.includes(name) || (unreadable !== undefined && text === "");
}

/**
 * One thing that can be wrong with a project, and every place where it is.
 *
 * A rule is a pure function in a file of its own, named after what it refuses; its test stands at the same path under
 * `test/`. It must not assume that any other rule has passed. To add one: write it, list it in `rules.ts`, give it a
 * code in `diagnostic-codes.ts`.
 */
export type Rule = (project: Project) => readonly Diagnostic[];

/**
 * A rule that looks at one workflow, and of the others only at what its schemas refer to and at the queues.
 *
 * Nearly all can be: such a rule is asked again only when one of those has changed.
 */
export type WorkflowRule = (workflow: CatalogWorkflow, catalog: Catalog) => readonly Diagnostic[];
