import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { link } from "../check/link.js";
import type { WorkflowNode } from "../parse/parse-workflow.js";
import { answerUnclaimed, parseUnclaimed, type Work } from "./work.js";

/*
 * The second thread of `compileInParallel`. It sends what it has parsed, is sent the other trees, and sends what it found
 * out about workflows.
 */

const work = workerData as Work;
const parsed = parseUnclaimed(work, "second");
parentPort?.postMessage(parsed);
if (parentPort !== null) {
  const [others] = (await once(parentPort, "message")) as [readonly WorkflowNode[]];
  const catalog = link([...[...parsed.values()].flatMap(({ workflow }) => workflow ?? []), ...others]);
  parentPort.postMessage(answerUnclaimed(catalog, work, "second"));
}
