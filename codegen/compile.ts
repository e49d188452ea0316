import type { Catalog, CatalogWorkflow } from "./catalog.js";
import { check } from "./check/check.js";
import { type Diagnostic, sortDiagnostics } from "./diagnostic.js";
import { type ExpectedHandler, expectedHandler } from "./handlers/handler-file.js";
import { memoize } from "./memoize.js";
import { memoizePerWorkflow } from "./memoize-per-workflow.js";
import { type ParsedWorkflow, parseWorkflow } from "./parse/parse-workflow.js";
import type { Layout } from "./plan/layout.js";
import { planProjectFiles, planWorkflowFiles } from "./plan/plan.js";
import { type RenderedFiles, render, renderFile } from "./render/render.js";
import type { SourceFile } from "./source.js";

/** What compiling gives: every fault found, and the files when there is no error among them. */
export interface Compilation {
  readonly diagnostics: readonly Diagnostic[];
  /** Absent when there is an error. */
  readonly files?: RenderedFiles;
  /** The handlers that the tasks need, in the order of the catalog; empty when there is an error. */
  readonly handlers: readonly ExpectedHandler[];
}

/**
 * Compiles workflow files: parse → check → plan → render.
 *
 * Pure: reads no disk and writes none. The order of `sources` has no effect on the result.
 */
export function compile(sources: readonly SourceFile[], layout: Layout): Compilation {
  return compileParsed(sources, sources.map(parseWorkflow), layout);
}

/**
 * A `compile` for compiling again and again: a file whose text has not changed is not parsed again, and what depends
 * on unchanged files alone is not computed again. Its results are those of {@link compile}.
 */
export function createCompiler(): typeof compile {
  let known = new Map<string, { readonly source: SourceFile; readonly parsed: ParsedWorkflow }>();
  return (sources, layout) => {
    known = new Map(
      sources.map((source) => {
        const before = known.get(source.path);
        const isSame = before !== undefined && isSameText(before.source, source);
        return [source.path, isSame ? before : { source, parsed: parseWorkflow(source) }];
      }),
    );
    return compileParsed(
      sources,
      [...known.values()].map(({ parsed }) => parsed),
      layout,
    );
  };
}

/** Of files that were read whole: why another one cannot be read may have changed. */
function isSameText(before: SourceFile, now: SourceFile): boolean {
  return before.text === now.text && before.unreadable === undefined && now.unreadable === undefined;
}

/** {@link compile} of files that are parsed already, in the order of `sources`. */
export function compileParsed(
  sources: readonly SourceFile[],
  parsed: readonly ParsedWorkflow[],
  layout: Layout,
): Compilation {
  const { catalog, diagnostics } = checkParsed(sources, parsed);
  if (catalog === undefined) return { diagnostics, handlers: [] };
  return { diagnostics, files: renderProject(catalog, layout), handlers: catalog.workflows.flatMap(handlersOf) };
}

/** Every fault of files that are parsed already, in the order of `sources`; the catalog where there is none. */
export function checkParsed(
  sources: readonly SourceFile[],
  parsed: readonly ParsedWorkflow[],
): Pick<Compilation, "diagnostics"> & { readonly catalog?: Catalog } {
  const faults = parsed.flatMap(({ diagnostics }) => diagnostics);
  // The rules run on what could be read, so that one run shows every fault of every file.
  const checked = check(
    parsed.flatMap(({ workflow }) => (workflow === undefined ? [] : [workflow])),
    sources.filter((_source, index) => parsed[index]?.workflow === undefined),
    sources.some((source, index) => hasUnknownPart(source, parsed[index])),
  );
  const diagnostics = sortDiagnostics([...faults, ...checked.diagnostics]);
  return faults.length > 0 || checked.catalog === undefined
    ? { diagnostics }
    : { diagnostics, catalog: checked.catalog };
}

/** Whether a key at the margin is none of the language: what stands below it may be all the tasks. */
function hasUnknownPart({ text }: SourceFile, parsed: ParsedWorkflow | undefined): boolean {
  const isAtMargin = ({ span }: Diagnostic) => span.start === 0 || text[span.start - 1] === "\n";
  return parsed?.diagnostics.some((each) => each.code === "unknown-key" && isAtMargin(each)) ?? false;
}

/** Workflow by workflow, since most stay as they are from one compilation to the next. */
function renderProject(catalog: Catalog, layout: Layout): RenderedFiles {
  const workflows = catalog.workflows.map((each) => filesOf(each, catalog, layout.workflows, layout.generated));
  return {
    generated: [
      ...workflows.flatMap(({ generated }) => generated),
      ...planProjectFiles(catalog, layout).map(renderFile),
    ],
    stubs: workflows.flatMap(({ stubs }) => stubs),
  };
}

/** The files that one workflow stands for. */
export const filesOf = memoizePerWorkflow((workflow, catalog, workflows: string, generated: string) =>
  render(planWorkflowFiles(workflow, catalog, { workflows, generated })),
);

const handlersOf = memoize((workflow: CatalogWorkflow): readonly ExpectedHandler[] =>
  workflow.tasks.map((task) => expectedHandler(workflow, task)),
);
