import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { link } from "../check/link.js";
import { parseWorkflow, type WorkflowNode } from "../parse/parse-workflow.js";
import type { Share } from "./compile-in-parallel.js";
import { findAnswers } from "./workflow-answers.js";

/*
 * The second thread of `compileInParallel`. It sends what it has parsed, is sent what that refers to in other files, and
 * sends what it found out.
 */

const { sources, layout } = workerData as Share;
const parsed = sources.map(parseWorkflow);
parentPort?.postMessage(parsed);
if (parentPort !== null) {
  const [others] = (await once(parentPort, "message")) as [readonly WorkflowNode[]];
  const own = parsed.flatMap(({ workflow }) => workflow ?? []);
  const catalog = link([...own, ...others]);
  const mine = new Set(own);
  parentPort.postMessage(
    findAnswers(
      catalog.workflows.filter(({ node }) => mine.has(node)),
      catalog,
      layout,
    ),
  );
}
