import { openOurWorker, openRawWorker } from "./subject.js";

/*
 * An idle worker in a process of its own, `ours` or `raw`: one of ours on three queues, or BullMQ's on each of them. It
 * prints "ready", the time at which each job begins (ms since 1970, with fractions), and on a line from its parent what
 * it has used: the CPU time in ms and the resident memory in MB.
 */

const [, , side = "ours", url = ""] = process.argv;
const begin = () => console.log(`start ${performance.timeOrigin + performance.now()}`);

if (side === "ours") {
  await openOurWorker(url, 10, begin).start();
} else {
  const workers = [openRawWorker(url, "critical", 6, begin), openRawWorker(url, "default", 3, begin)];
  workers.push(openRawWorker(url, "low", 1, begin));
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  for (const worker of workers) void worker.run();
}
console.log("ready");
process.stdin.on("data", () => {
  const { user, system } = process.cpuUsage();
  console.log(`used ${(user + system) / 1_000} ${process.memoryUsage.rss() / 1_048_576}`);
});
