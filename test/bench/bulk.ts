import { type JobAction, type JobFilter, type Manifest, openOperations } from "taskwright/operate";
import manifest from "../../generated/manifest.json" with { type: "json" };
import { startRedis } from "../support/redis-server.js";
import { catalog, fillQueues } from "./full-queues.js";
import { silent } from "./subject.js";

/*
 * npm run bench:bulk
 *
 * What `taskwright jobs … --all` does to three full queues, on a Redis of its own: jobs a second, and by how much the
 * process has grown while it went on. Then an edit of one job among them. BENCH_JOBS sets the jobs a queue.
 */

const jobs = Number(process.env.BENCH_JOBS ?? 100_000);

const redis = await startRedis();
const from = performance.now();
await fillQueues(redis.url, {
  dead: 0.1 * jobs,
  completed: 0,
  delayed: 0.3 * jobs,
  waiting: 0.6 * jobs,
});
console.log(`Three queues of ${jobs} jobs, filled in ${Math.round((performance.now() - from) / 1_000)} s.`);
const project = { catalog, manifest: manifest as Manifest, connection: redis.url, logger: silent };
const operations = openOperations({ ...project, actor: "bench" });

console.log("| action | jobs | s | jobs a second | grown by, MB |\n|---|---|---|---|---|");
await measure("retry, dry run", "retry", {}, true);
await measure("retry", "retry", {});
await measure("promote those of a queue", "promote", { queues: ["critical"] });
await measure("cancel those of a queue", "cancel", { queues: ["low"] });
await measure("remove the cancelled", "remove", { states: ["cancelled"] });
const edits = 200;
const startedAt = performance.now();
for (let n = 0; n < edits; n += 1) {
  const ref = { queue: "critical", id: String(jobs - n) };
  const payload = (await operations.payload(ref)) as { readonly amount: number };
  const edited = await operations.edit(ref, { ...payload, amount: payload.amount + 1 });
  if (!edited.done) throw new Error(edited.reason);
}
console.log(`| edit | ${edits}, one by one | | ${Math.round((1_000 * edits) / (performance.now() - startedAt))} | |`);
await operations.close();
await redis.stop();

async function measure(title: string, action: JobAction, filter: JobFilter, isDryRun = false): Promise<void> {
  const before = process.memoryUsage().rss;
  let most = before;
  const onProgress = () => {
    most = Math.max(most, process.memoryUsage().rss);
  };
  const startedAt = performance.now();
  const { matched, done, refused } = await operations.actOnAll(action, filter, { isDryRun, onProgress });
  const seconds = (performance.now() - startedAt) / 1_000;
  if (!isDryRun && done !== matched) throw new Error(`${title}: ${JSON.stringify(refused)}`);
  const grown = Math.round((most - before) / 1_048_576);
  console.log(`| ${title} | ${matched} | ${seconds.toFixed(1)} | ${Math.round(matched / seconds)} | ${grown} |`);
}
