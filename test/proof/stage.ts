import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createTasks, type Logger, RedisUnavailable, type TaskClient } from "taskwright";
import { openQueues } from "taskwright/testing";
import { startRedis } from "../support/redis-server.js";
import { type LedgerLine, readLedgerFile } from "./ledger-file.js";
import { bundlePrograms, startProgram } from "./programs.js";
import { catalog, leaseMs, type Payment, queueOf, type SubjectName, subjectNames } from "./subjects.js";
import { openWorkforce, type Workforce } from "./workforce.js";

/** A Redis, a ledger, workers, and callers who ask for payments. */
export interface Stage {
  readonly force: Workforce;
  /** The clients of the subjects whose effects happen once. */
  readonly once: ReturnType<typeof openTasks>["proof"];
  /** Asks for the payments, for each of `of` alike, and again while Redis is away: until it is told that the jobs are there. */
  enqueue(payments: readonly Payment[], of?: readonly SubjectName[]): Promise<void>;
  /** Kills Redis after `delayMs` and starts it again. */
  restartRedis(delayMs: number): Promise<void>;
  /** By subject; undefined while Redis is away. */
  countJobs(): Promise<Readonly<Record<SubjectName, JobCounts>> | undefined>;
  readLedger(): LedgerLine[];
  /** Ends all of it, and leaves nothing behind. */
  close(): Promise<void>;
}

export interface JobCounts {
  readonly left: number;
  readonly ended: number;
}

/** Opens it, or leaves nothing behind. `signal` ends what callers wait for. */
export async function openStage(workers: number, signal: AbortSignal): Promise<Stage> {
  const ends: (() => unknown)[] = [];
  async function close(): Promise<void> {
    for (const end of ends.splice(0).reverse()) await end();
  }

  async function open(): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), "taskwright-proof-"));
    ends.push(() => rmSync(folder, { recursive: true, force: true }));
    const programs = await bundlePrograms(folder);
    // Whatever Redis has answered is on disk.
    const redis = await startRedis({ args: ["--appendonly", "yes", "--appendfsync", "always"] });
    let restarted = Promise.resolve();
    ends.push(async () => {
      await restarted.catch(() => undefined);
      await redis.stop();
    });
    const ledgerFile = join(folder, "ledger.jsonl");
    const ledger = startProgram(programs.ledger, { LEDGER_FILE: ledgerFile });
    ends.push(() => ledger.process.kill("SIGKILL"));
    const [, port] = (await ledger.line("listening")).split(" ");
    const tasks = openTasks(redis.url);
    ends.push(() => tasks.close());
    const queues = await openQueues(catalog, redis.url, silent);
    ends.push(() => queues.close());
    const env = { REDIS_URL: redis.url, LEDGER_URL: `http://127.0.0.1:${port}` };
    const force = openWorkforce(workers, leaseMs + 2_000, { file: programs.worker, env });
    ends.push(() => force.kill());

    async function enqueueOf(subject: SubjectName, payments: readonly Payment[]): Promise<void> {
      const client: TaskClient<Payment, unknown> = tasks.proof[subject];
      const jobs = payments.map((payload) => ({ payload }));
      while (!(await isTaken(client.enqueueMany(jobs)))) await wait(100, undefined, { signal });
    }

    return {
      force,
      once: tasks.proof,
      close,
      async enqueue(payments, of = subjectNames) {
        if (payments.length > 0) await Promise.all(of.map((subject) => enqueueOf(subject, payments)));
      },
      restartRedis(delayMs) {
        restarted = wait(delayMs, undefined, { signal }).then(redis.restart);
        restarted.catch(() => undefined);
        return restarted;
      },
      countJobs: () =>
        queues.counts().then(
          (counts) => countsBySubject(counts),
          () => undefined,
        ),
      readLedger: () => readLedgerFile(ledgerFile),
    };
  }

  try {
    return await open();
  } catch (error) {
    await close();
    throw error;
  }
}

function openTasks(connection: string) {
  return createTasks(catalog, { connection, logger: silent });
}

async function isTaken(enqueued: Promise<unknown>): Promise<boolean> {
  try {
    await enqueued;
    return true;
  } catch (error) {
    // Some of them may have been taken: those come twice then, as the duplicates of real callers do.
    if (error instanceof RedisUnavailable) return false;
    throw error;
  }
}

type Counts = Readonly<Record<"waiting" | "active" | "delayed" | "completed" | "failed", number>>;

function countsBySubject(counts: Readonly<Record<string, Counts>>): Record<SubjectName, JobCounts> {
  const of = (subject: SubjectName): JobCounts => {
    const { waiting = 0, active = 0, delayed = 0, completed = 0, failed = 0 } = counts[queueOf(subject)] ?? {};
    return { left: waiting + active + delayed, ended: completed + failed };
  };
  return { key: of("key"), fence: of("fence"), park: of("park"), retry: of("retry"), setnx: of("setnx") };
}

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };
