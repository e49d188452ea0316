import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Catalog, CatalogWorkflow } from "../catalog.js";
import { link } from "../check/link.js";
import { type Compilation, compile, compileParsed } from "../compile.js";
import { usesOf } from "../memoize-per-workflow.js";
import { type ParsedWorkflow, parseWorkflow, type WorkflowNode } from "../parse/parse-workflow.js";
import type { Layout } from "../plan/layout.js";
import type { SourceFile } from "../source.js";
import { findAnswers, knowAnswers, type WorkflowAnswers } from "./workflow-answers.js";

/** The files that the second thread takes, and where things stand. */
export interface Share {
  readonly sources: readonly SourceFile[];
  readonly layout: Layout;
}

/** Of all characters; below it a thread takes longer to start than it saves. */
const worthAThread = 200_000;

/**
 * What {@link compile} gives. Of a large project a second thread parses half of the files, checks and prints them, where
 * the machine has a processor for it.
 */
export async function compileInParallel(sources: readonly SourceFile[], layout: Layout): Promise<Compilation> {
  const share = halfOf(sources);
  if (share.length === 0) return compile(sources, layout);
  try {
    return await compileWithThread(share, sources, layout);
  } catch {
    // No thread to be had, or a mistake of ours: this one says what it is.
    return compile(sources, layout);
  }
}

/** Half of the text, in the order of `sources`; none where a thread is not worth it. */
function halfOf(sources: readonly SourceFile[]): SourceFile[] {
  const total = sources.reduce((sum, { text }) => sum + text.length, 0);
  if (total < worthAThread || availableParallelism() < 2) return [];
  let taken = 0;
  return sources.filter(({ text }) => {
    const isTaken = taken + text.length <= total / 2;
    if (isTaken) taken += text.length;
    return isTaken;
  });
}

/**
 * {@link compile}, in which another thread looks at `share`, some of the `sources`. Throws when that fails.
 *
 * Its answers are taken over as if they had been found here before; then all is compiled, so that whatever it did not
 * answer, since an error stood in its way, is found out here.
 */
export async function compileWithThread(
  share: readonly SourceFile[],
  sources: readonly SourceFile[],
  layout: Layout,
): Promise<Compilation> {
  const thread = startThread({ sources: share, layout });
  try {
    const isShared = new Set(share);
    const mine = sources.filter((source) => !isShared.has(source)).map(parseWorkflow);
    const theirs = await receive<readonly ParsedWorkflow[]>(thread);
    const [nextOfMine, nextOfTheirs] = [mine.values(), theirs.values()];
    const parsed = sources.flatMap((source) => (isShared.has(source) ? nextOfTheirs : nextOfMine).next().value ?? []);

    const catalog = link(parsed.flatMap(({ workflow }) => workflow ?? []));
    const nodes = new Set(theirs.map(({ workflow }) => workflow));
    const sent = catalog.workflows.filter(({ node }) => nodes.has(node));
    thread.postMessage(filesUsed(sent, catalog).filter((node) => !nodes.has(node)));
    const answers = receive<readonly WorkflowAnswers[]>(thread);
    // Kept by those who were asked, as the thread's will be.
    findAnswers(
      catalog.workflows.filter(({ node }) => !nodes.has(node)),
      catalog,
      layout,
    );
    for (const [index, answer] of (await answers).entries()) {
      const workflow = sent[index];
      if (workflow !== undefined) knowAnswers(answer, workflow, catalog, layout);
    }
    return compileParsed(sources, parsed, layout);
  } finally {
    await thread.terminate();
  }
}

/** The files that answers about the workflows may depend on. */
function filesUsed(workflows: readonly CatalogWorkflow[], catalog: Catalog): WorkflowNode[] {
  return [...new Set(workflows.flatMap((workflow) => usesOf(workflow, catalog)).map(({ node }) => node))];
}

function startThread(share: Share): Worker {
  const thread = import.meta.url.endsWith(".ts")
    ? new Worker(fromSource(new URL("./thread.ts", import.meta.url)), { workerData: share, eval: true, execArgv: [] })
    : new Worker(new URL("../codegen/parallel/thread.js", import.meta.url), { workerData: share });
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
