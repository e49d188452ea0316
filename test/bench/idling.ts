import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { SideName } from "./rounds.js";
import { openOurTasks, openRawQueue, rawOptions, reminder } from "./subject.js";

/** What an idle worker process does and uses. */
export interface Idling {
  /** From just before the call that enqueues a job to its handler, in ms. */
  readonly pickUpMs: readonly number[];
  /** After the time at which a delayed job is due, in ms. */
  readonly lateMs: readonly number[];
  /** Of one core, in per cent. */
  readonly cpuPercent: number;
  readonly residentMb: number;
}

/** Starts an idle worker of one side and gives it `jobs` jobs now and then, and half as many with a delay. */
export async function watchIdleWorker(side: SideName, url: string, jobs: number): Promise<Idling> {
  const worker = startWorker(side, url);
  await worker.line(/^ready/);
  const enqueue = openEnqueuer(side, url);
  await enqueue.add(0);
  await worker.line(/^start/);

  await sleep(1_000);
  const before = await worker.used();
  await sleep(6_000);
  const after = await worker.used();

  const pickUpMs: number[] = [];
  for (let job = 0; job < jobs; job += 1) {
    await sleep(15 + Math.random() * 20);
    const from = performance.timeOrigin + performance.now();
    const [, startedAt] = await Promise.all([enqueue.add(0), worker.line(/^start/)]);
    pickUpMs.push(Number(startedAt.split(" ")[1]) - from);
  }
  const lateMs: number[] = [];
  for (let job = 0; job < jobs / 5; job += 1) {
    const delay = Math.round(100 + Math.random() * 200);
    const dueAt = (await enqueue.add(delay)) + delay;
    lateMs.push(Number((await worker.line(/^start/)).split(" ")[1]) - dueAt);
  }
  await enqueue.close();
  worker.end();
  const cpuPercent = ((after.cpuMs - before.cpuMs) / 6_000) * 100;
  return { pickUpMs, lateMs, cpuPercent, residentMb: after.residentMb };
}

function startWorker(side: SideName, url: string) {
  const file = new URL("./idle-worker.ts", import.meta.url).pathname;
  const args = ["--import", "tsx", file, side, url];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  /** Takes the first line that matches, printed already or to come. */
  const line = (pattern: RegExp) =>
    new Promise<string>((resolve) => {
      const look = () => {
        const at = lines.findIndex((each) => pattern.test(each));
        if (at < 0) return;
        waiting.delete(look);
        resolve(lines.splice(at, 1)[0] ?? "");
      };
      waiting.add(look);
      look();
    });
  return {
    line,
    async used() {
      child.stdin.write("\n");
      const [, cpuMs, residentMb] = (await line(/^used/)).split(" ").map(Number);
      return { cpuMs: cpuMs ?? Number.NaN, residentMb: residentMb ?? Number.NaN };
    },
    end: () => void child.kill("SIGKILL"),
  };
}

/** Enqueues a job with a delay in ms; resolves to the time it was enqueued at. */
function openEnqueuer(side: SideName, url: string) {
  if (side === "ours") {
    const tasks = openOurTasks(url);
    return {
      async add(delay: number): Promise<number> {
        const from = Date.now();
        await (delay > 0 ? tasks.bench.low.enqueue(reminder, { delay }) : tasks.bench.low.enqueue(reminder));
        return from;
      },
      close: () => tasks.close(),
    };
  }
  const queue = openRawQueue(url, "low");
  return {
    async add(delay: number): Promise<number> {
      const { timestamp } = await queue.add("reminder", reminder, { ...rawOptions, ...(delay > 0 && { delay }) });
      return timestamp;
    },
    close: () => queue.close(),
  };
}
