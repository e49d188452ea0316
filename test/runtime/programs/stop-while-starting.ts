import { AlreadyClosed, createTasks, createWorker } from "taskwright";
import { turns } from "../../support/turns.js";
import { catalog } from "./catalog.js";

// Workers that are stopped ever later in their start, until one has started; then nothing may keep the process.
const connection = process.env.REDIS_URL;
const tasks = createTasks(catalog, { connection });
await tasks.w.hold.enqueue({ forMs: 0 });
let stoppedEarly = 0;
for (let wait = 1, isStarted = false; !isStarted; wait = Math.ceil(wait * 1.08)) {
  const worker = createWorker(catalog, { w: { hold: () => undefined } }, { connection, grace: 0, heartbeat: 100 });
  const starting = worker.start().then(
    () => {
      isStarted = true;
    },
    (error: unknown) => {
      if (!(error instanceof AlreadyClosed)) throw error;
      stoppedEarly += 1;
    },
  );
  await turns(wait);
  await worker.close();
  await starting;
}
await tasks.close();
console.log(`stopped early: ${stoppedEarly}`);
