import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Catalog, CatalogWorkflow } from "../catalog.js";
import { link } from "../check/link.js";
import { type Compilation, compile, compileParsed } from "../compile.js";
import { usesOf } from "../memoize-per-workflow.js";
import type { WorkflowNode } from "../parse/parse-workflow.js";
import type { Layout } from "../plan/layout.js";
import type { SourceFile } from "../source.js";
import { type Claims, openClaims, type ParsedFiles, parseUnclaimed, threads } from "./claims.js";
import { findAnswers, knowAnswers, type WorkflowAnswers } from "./workflow-answers.js";

/** What the second thread is started with. */
export interface Work {
  readonly sources: readonly SourceFile[];
  readonly claims: Claims;
  readonly layout: Layout;
}

/** What it is asked once all is parsed. */
export interface Question {
  /** The files of the workflows that it is asked about. */
  readonly files: readonly string[];
  /** The trees that it needs for that and has not parsed itself. */
  readonly missing: readonly WorkflowNode[];
}

/** Of all characters; below it a thread takes longer to start than it saves. */
const worthAThread = 200_000;

/** Of all text, what the second thread is asked about: the first has the project's own files and the disk to see to. */
const theirPart = 0.6;

/**
 * What {@link compile} gives. Of a large project a second thread parses, checks and prints a part of the files, where the
 * machine has a processor for it.
 */
export async function compileInParallel(sources: readonly SourceFile[], layout: Layout): Promise<Compilation> {
  const isWorthIt = sum(sources.map(({ text }) => text.length)) >= worthAThread && availableParallelism() > 1;
  if (!isWorthIt) return compile(sources, layout);
  try {
    return await compileWithThread(sources, layout, openClaims(sources.length));
  } catch {
    // No thread to be had, or a mistake of ours: this one says what it is.
    return compile(sources, layout);
  }
}

/**
 * {@link compile} with another thread. Both parse the files that nobody has claimed. Throws when the thread fails.
 *
 * Its answers are taken over as if they had been found here before; then all is compiled, so that whatever it did not
 * answer, since an error stood in its way, is found out here.
 */
export async function compileWithThread(
  sources: readonly SourceFile[],
  layout: Layout,
  claims: Claims,
): Promise<Compilation> {
  const thread = startThread({ sources, claims, layout });
  try {
    const mine = parseUnclaimed(sources, claims, threads.first);
    const theirs = await receive<ParsedFiles>(thread);
    const parsed = sources.flatMap((_source, index) => mine.get(index) ?? theirs.get(index) ?? []);

    const catalog = link(parsed.flatMap(({ workflow }) => workflow ?? []));
    const known = new Set([...theirs.values()].map(({ workflow }) => workflow));
    const asked = partOf(catalog.workflows, sources, ({ node }) => known.has(node));
    const missing = nodesUsed(asked, catalog).filter((node) => !known.has(node));
    thread.postMessage({ files: asked.map(({ file }) => file), missing } satisfies Question);
    const answers = receive<readonly WorkflowAnswers[]>(thread);
    // Kept by those who were asked, as the thread's will be.
    findAnswers(
      catalog.workflows.filter((workflow) => !asked.includes(workflow)),
      catalog,
      layout,
    );
    for (const [index, answer] of (await answers).entries()) {
      const workflow = asked[index];
      if (workflow !== undefined) knowAnswers(answer, workflow, catalog, layout);
    }
    return compileParsed(sources, parsed, layout);
  } finally {
    void thread.terminate();
  }
}

/** The workflows that make up {@link theirPart} of the text, those that `isTheirs` first; in the order of the catalog. */
function partOf(
  workflows: readonly CatalogWorkflow[],
  sources: readonly SourceFile[],
  isTheirs: (workflow: CatalogWorkflow) => boolean,
): CatalogWorkflow[] {
  const sizes = new Map(sources.map(({ path, text }) => [path, text.length]));
  const sizeOf = ({ file }: CatalogWorkflow) => sizes.get(file) ?? 0;
  const part = new Set<CatalogWorkflow>();
  let left = sum(workflows.map(sizeOf)) * theirPart;
  for (const workflow of [...workflows.filter(isTheirs), ...workflows.filter((each) => !isTheirs(each))]) {
    left -= sizeOf(workflow);
    if (left >= 0) part.add(workflow);
  }
  return workflows.filter((workflow) => part.has(workflow));
}

/** The files that answers about the workflows may depend on, their own included. */
function nodesUsed(workflows: readonly CatalogWorkflow[], catalog: Catalog): WorkflowNode[] {
  return [...new Set(workflows.flatMap((workflow) => usesOf(workflow, catalog)).map(({ node }) => node))];
}

function startThread(work: Work): Worker {
  const thread = import.meta.url.endsWith(".ts")
    ? new Worker(fromSource(new URL("./thread.ts", import.meta.url)), { workerData: work, eval: true, execArgv: [] })
    : new Worker(new URL("../codegen/parallel/thread.js", import.meta.url), { workerData: work });
  // Told to whoever receives; without a listener it would end the process.
  thread.on("error", () => undefined);
  return thread;
}

/** A thread does not inherit what loads TypeScript here. */
function fromSource({ href }: URL): string {
  return `import("tsx/esm/api").then(({ register }) => { register(); return import(${JSON.stringify(href)}); });`;
}

function receive<Message>(thread: Worker): Promise<Message> {
  return new Promise((resolve, reject) => {
    thread.once("message", resolve);
    thread.once("error", reject);
    thread.once("exit", () => reject(new Error("The second thread ended before it answered.")));
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
