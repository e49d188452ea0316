import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { link } from "../check/link.js";
import { parseUnclaimed, threads } from "./claims.js";
import type { Question, Work } from "./compile-in-parallel.js";
import { findAnswers } from "./workflow-answers.js";

/*
 * The second thread of `compileInParallel`. It sends what it has parsed, is asked about workflows, and sends what it found
 * out about them.
 */

const { sources, claims, layout } = workerData as Work;
const parsed = parseUnclaimed(sources, claims, threads.second);
parentPort?.postMessage(parsed);
if (parentPort !== null) {
  const [{ files, missing }] = (await once(parentPort, "message")) as [Question];
  const asked = new Set(files);
  const catalog = link([...[...parsed.values()].flatMap(({ workflow }) => workflow ?? []), ...missing]);
  parentPort.postMessage(
    findAnswers(
      catalog.workflows.filter(({ file }) => asked.has(file)),
      catalog,
      layout,
    ),
  );
}
