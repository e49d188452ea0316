import { Worker as Thread } from "node:worker_threads";

/**
 * Ends this process when the one that started it is gone, however that died: as a SIGTERM would, and after `graceMs` and
 * some seconds for good.
 */
export function endWithParent(graceMs: number): void {
  // The channel to the parent closes with it.
  process.once("disconnect", () => void process.kill(process.pid, "SIGTERM"));
  // Nobody reads them any more.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  // Also when a handler never gives the event loop back.
  const workerData = { parent: process.ppid, patienceMs: graceMs + 3_000 };
  new Thread(watchParent, { eval: true, workerData }).unref();
}

const watchParent = `
const { workerData: { parent, patienceMs } } = require("node:worker_threads");
let goneSince;
setInterval(() => {
  if (process.ppid === parent) return;
  goneSince ??= Date.now();
  if (Date.now() - goneSince >= patienceMs) process.kill(process.pid, "SIGKILL");
}, 500);
`;
