import { createWorker } from "taskwright";
import { catalog } from "./catalog.js";

/*
 * A worker in a process of its own, for tests that kill it. It tells its parent what happens, a line each.
 * CRASH=1: the handler ends the process at once. DIE="ended 3": the third line of that kind is its last. BLOCK=1: it computes instead of waiting. SERVE=1: it is served. GRACE, LOCK
 * and STALLED are the worker's times, in ms; CLOCK is by how much its clock is ahead.
 */

const { REDIS_URL, CRASH, DIE, BLOCK, SERVE } = process.env;
const { GRACE = "200", LOCK = "600", STALLED = "300", CLOCK = "0" } = process.env;
const { now } = Date;
Date.now = () => now() + Number(CLOCK);
const [lastKind, lastCount] = DIE?.split(" ") ?? [];
let ofLastKind = 0;
const say = (line: string) => {
  process.stdout.write(`${line}\n`);
  if (lastKind === undefined || !line.startsWith(lastKind)) return;
  ofLastKind += 1;
  if (ofLastKind === Number(lastCount)) process.kill(process.pid, "SIGKILL");
};

const worker = createWorker(
  catalog,
  {
    w: {
      hold: async (payload, job) => {
        say(`started ${job.id} ${job.attempt}`);
        if (CRASH === "1") process.kill(process.pid, "SIGKILL");
        if (BLOCK === "1") for (const end = Date.now() + payload.forMs; Date.now() < end; );
        else if (payload.forMs > 0) await new Promise((resolve) => setTimeout(resolve, payload.forMs));
        say(`ended ${job.id}`);
      },
    },
  },
  {
    connection: REDIS_URL,
    logger: {
      debug() {},
      info: (fields, message) => {
        if (message === "serving") say(`serving ${(fields as { readonly url?: string }).url}`);
        if ("signal" in fields) say(`told ${fields.signal}`);
      },
      warn: (_, message) => say(`warn ${message}`),
      error: (fields, message) => say(`error ${message} ${JSON.stringify(fields)}`),
    },
    concurrency: 5,
    grace: Number(GRACE),
    heartbeat: 200,
    ...(SERVE === "1" && { serve: { port: 0, host: "127.0.0.1" }, stuckAfter: 1_500 }),
    lockDuration: Number(LOCK),
    stalledInterval: Number(STALLED),
    maxCrashes: 2,
  },
);
void worker.start().then(() => say("ready"));
await worker.run();
say("stopped");
