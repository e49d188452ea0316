import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { link } from "../check/link.js";
import { type Compilation, compile, compileParsed } from "../compile.js";
import type { ParsedWorkflow, WorkflowNode } from "../parse/parse-workflow.js";
import type { Layout } from "../plan/layout.js";
import type { SourceFile } from "../source.js";
import { answerUnclaimed, openWork, parseUnclaimed, type Work } from "./work.js";
import { knowAnswers, type WorkflowAnswers } from "./workflow-answers.js";

/** Of all characters; below it a thread takes longer to start than it saves. */
const worthAThread = 200_000;

/**
 * What {@link compile} gives. Of a large project a second thread parses, checks and prints a part of the files, where the
 * machine has a processor for it.
 */
export async function compileInParallel(sources: readonly SourceFile[], layout: Layout): Promise<Compilation> {
  const characters = sources.reduce((sum, { text }) => sum + text.length, 0);
  // Of a single file there is nothing to share, and its tree would only be copied.
  if (characters < worthAThread || sources.length < 2 || availableParallelism() < 2) return compile(sources, layout);
  try {
    return await compileWithThread(openWork(sources, layout));
  } catch {
    // No thread to be had, or a mistake of ours: this one says what it is.
    return compile(sources, layout);
  }
}

/**
 * {@link compile} with another thread, which does whatever this one has not claimed. Throws when that fails.
 *
 * Its answers are taken over as if they had been found here before; then all is compiled, so that whatever it did not
 * answer, since an error stood in its way, is found out here.
 */
export async function compileWithThread(work: Work): Promise<Compilation> {
  const { sources, layout } = work;
  const thread = startThread(work);
  try {
    const mine = parseUnclaimed(work, "first");
    const theirs = await receive<ReadonlyMap<number, ParsedWorkflow>>(thread);
    thread.postMessage([...mine.values()].flatMap(({ workflow }) => workflow ?? []) satisfies WorkflowNode[]);
    const answers = receive<ReadonlyMap<number, WorkflowAnswers>>(thread);
    // Where this thread fails before it waits for them, nobody is there to be told that the other one was stopped.
    answers.catch(() => undefined);
    const parsed = sources.flatMap((_source, index) => mine.get(index) ?? theirs.get(index) ?? []);
    const catalog = link(parsed.flatMap(({ workflow }) => workflow ?? []));
    // Kept by those who were asked, as the thread's will be.
    answerUnclaimed(catalog, work, "first");
    for (const [index, answer] of await answers) {
      const workflow = catalog.workflows[index];
      if (workflow !== undefined) knowAnswers(answer, workflow, catalog, layout);
    }
    return compileParsed(sources, parsed, layout);
  } finally {
    void thread.terminate();
  }
}

function startThread(work: Work): Worker {
  // What the process was told to load first, it has loaded for itself.
  const options = { workerData: work, execArgv: [] };
  const thread = import.meta.url.endsWith(".ts")
    ? new Worker(fromSource(new URL("./thread.ts", import.meta.url)), { ...options, eval: true })
    : new Worker(new URL("../codegen/parallel/thread.js", import.meta.url), options);
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
