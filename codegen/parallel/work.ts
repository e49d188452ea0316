import type { Catalog } from "../catalog.js";
import { type ParsedWorkflow, parseWorkflow } from "../parse/parse-workflow.js";
import type { Layout } from "../plan/layout.js";
import type { SourceFile } from "../source.js";
import { type Claims, doUnclaimed, openClaims, type Thread } from "./claims.js";
import { findAnswers, type WorkflowAnswers } from "./workflow-answers.js";

/** A project that two threads compile, and who does what of it. */
export interface Work {
  readonly sources: readonly SourceFile[];
  readonly layout: Layout;
  /** In the order of `sources`. */
  readonly parsing: Claims;
  /** In the order of the catalog, which may have fewer. */
  readonly answering: Claims;
}

/** All of a project, and nothing of it claimed. */
export function openWork(sources: readonly SourceFile[], layout: Layout): Work {
  return { sources, layout, parsing: openClaims(sources.length), answering: openClaims(sources.length) };
}

/** Parses files until none is unclaimed; what came of each, by its index in the sources. */
export function parseUnclaimed({ sources, parsing }: Work, thread: Thread): Map<number, ParsedWorkflow> {
  return doUnclaimed(sources, parsing, thread, parseWorkflow);
}

/** Finds out about workflows until none is unclaimed; the answers by the workflow's index in the catalog. */
export function answerUnclaimed(
  catalog: Catalog,
  { layout, answering }: Work,
  thread: Thread,
): Map<number, WorkflowAnswers> {
  return doUnclaimed(catalog.workflows, answering, thread, (workflow) => findAnswers(workflow, catalog, layout));
}
