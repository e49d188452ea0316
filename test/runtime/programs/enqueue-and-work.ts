import { createRequire } from "node:module";
import { createTasks, createWorker } from "taskwright";
import { catalog } from "./catalog.js";

// One job, enqueued and, unless ONLY=enqueue, run, or with ONLY=import none at all; then whatever CommonJS has loaded, a
// line each, as the loader hooks print ES modules.
const connection = process.env.REDIS_URL;
const only = process.env.ONLY;
if (only !== "import") await work();
for (const file of Object.keys(createRequire(import.meta.url).cache)) console.log(`loaded ${file}`);
console.log("done");

async function work(): Promise<void> {
  const tasks = createTasks(catalog, { connection });
  const done = new Promise<void>((resolve) => {
    const worker = createWorker(
      catalog,
      { w: { hold: () => undefined } },
      { connection, hooks: { onSuccess: () => void worker.close().then(resolve) } },
    );
    if (only === "enqueue") resolve();
    else void worker.start();
  });
  await tasks.w.hold.enqueue({ forMs: 0 });
  await done;
  await tasks.close();
}
