import { type Catalog, createWorker, defineTask, type Schedule } from "taskwright";

/*
 * A worker in a process of its own, of one version of a project whose only task has the schedules in SCHEDULES. It says
 * what happens, a line each, and starts when it is told SIGUSR2. HOLD_MS: how long each run takes.
 */

const { REDIS_URL, QUEUE = "", SCHEDULES = "{}", HOLD_MS = "0" } = process.env;
const say = (line: string) => process.stdout.write(`${line}\n`);

const tick = defineTask({
  name: "w:tick",
  queue: QUEUE,
  version: 1,
  retries: 0,
  backoff: { type: "fixed", delayMs: 1, maxMs: 1, jitter: 0 },
  timeoutMs: 60_000,
  retention: { completed: { ageMs: 86_400_000, count: 1_000 }, failed: { ageMs: 86_400_000, count: 1_000 } },
  schedules: JSON.parse(SCHEDULES) as Record<string, Schedule>,
});
const catalog = { queues: { [QUEUE]: { weight: 1 } }, workflows: { w: { tick } } } as const satisfies Catalog;

const tell = (fields: object, message: string) => say(`log ${message} ${JSON.stringify(fields)}`);
const worker = createWorker(
  catalog,
  {
    w: {
      tick: async () => {
        if (HOLD_MS !== "0") await new Promise((resolve) => setTimeout(resolve, Number(HOLD_MS)));
      },
    },
  },
  {
    connection: REDIS_URL,
    logger: { debug() {}, info: tell, warn: tell, error: tell },
    hooks: {
      onStart: ({ jobId, dueAt }) => say(`started ${jobId} ${dueAt}`),
      onSuccess: ({ jobId }) => say(`ended ${jobId}`),
      onSkipped: ({ jobId, reason }) => say(`skipped ${jobId} ${reason}`),
    },
    grace: 200,
    heartbeat: 100,
    lockDuration: 600,
    stalledInterval: 300,
  },
);
const waiting = setInterval(() => undefined, 60_000);
process.once("SIGUSR2", () => {
  clearInterval(waiting);
  void worker.start().then(() => say("ready"));
  void worker.run().then(() => say("stopped"));
});
say("loaded");
