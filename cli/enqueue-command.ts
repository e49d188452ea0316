import { closest } from "fastest-levenshtein";
import { type DestinationStream, pino } from "pino";
import type { EnqueuedJob, EnqueueOptions, Hooks, TasksOptions, Worker, WorkerOptions } from "../runtime/index.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import { reportFailure } from "./failure.js";
import { importGenerated, readManifest } from "./project.js";

export interface EnqueueCommandOptions {
  readonly root: string;
  readonly out: string;
  /** Wire name. */
  readonly task: string;
  /** JSON; undefined for a task without payload. */
  readonly payload: string | undefined;
  readonly connection: string;
  readonly delay?: string;
  readonly id?: string;
  readonly run: boolean;
  readonly json: boolean;
}

/** `taskwright enqueue`: one job, and on the embedded store or with `--run` its whole life. */
export async function enqueue(options: EnqueueCommandOptions): Promise<ExitCode> {
  const path = findClient(options);
  const payload = options.payload === undefined ? undefined : parsePayload(options.payload);
  if (path === undefined || payload instanceof SyntaxError) return exitCodes.usage;
  const [index, worker] = await importGenerated<[GeneratedIndex, GeneratedWorker]>(
    options.root,
    options.out,
    "index",
    "worker",
  );
  const { connection } = options;
  // Standard output is the command's own; what goes wrong inside goes to standard error.
  const logger = pino({ level: process.env.LOG_LEVEL ?? "warn" }, standardError);
  const tasks = index.createTasks({ connection, logger });
  // A job on the memory of this process would be gone with it, so it is run at once.
  const runs = options.run || connection.startsWith("embedded:");
  const life = runs ? followJob(options.json) : undefined;
  const running = life ? worker.createWorker({ connection, logger, hooks: life.hooks }) : undefined;
  try {
    const job = await clientAt(tasks, path).enqueue(payload, enqueueOptions(options));
    report(job, options.json);
    if (life === undefined || job.deduplicated) return exitCodes.fine;
    await running?.start();
    return (await life.endOf(job.id)) ? exitCodes.fine : exitCodes.fault;
  } catch (cause) {
    return reportFailure(cause);
  } finally {
    await running?.close();
    await tasks.close();
  }
}

interface GeneratedIndex {
  createTasks(options: TasksOptions): Record<string, Record<string, Client>> & { close(): Promise<void> };
}

interface GeneratedWorker {
  createWorker(options: WorkerOptions): Worker;
}

interface Client {
  enqueue(payload: unknown, options: EnqueueOptions): Promise<EnqueuedJob>;
}

const standardError: DestinationStream = { write: (line) => process.stderr.write(line) };

function findClient({ root, out, task }: EnqueueCommandOptions): readonly [string, string] | undefined {
  const { tasks } = readManifest(root, out);
  const found = tasks.find((entry) => entry.name === task);
  const [workflow, name] = found?.client.split(".") ?? [];
  if (workflow !== undefined && name !== undefined) return [workflow, name];
  const names = tasks.map((entry) => entry.name);
  const hint = names.length === 0 ? "" : ` Did you mean ${closest(task, names)}?`;
  console.error(`taskwright: there is no task ${task}.${hint}`);
  return undefined;
}

function clientAt(
  tasks: ReturnType<GeneratedIndex["createTasks"]>,
  [workflow, name]: readonly [string, string],
): Client {
  const client = tasks[workflow]?.[name];
  if (client === undefined)
    throw new Error(`The generated code has no ${workflow}.${name}. Run \`taskwright codegen\` again.`);
  return client;
}

function parsePayload(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    console.error(`taskwright: the payload is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
    return cause;
  }
}

function enqueueOptions({ delay, id }: EnqueueCommandOptions): EnqueueOptions {
  return { ...(delay === undefined ? {} : { delay }), ...(id === undefined ? {} : { id }) };
}

function report(job: EnqueuedJob, asJson: boolean): void {
  if (asJson) console.log(JSON.stringify(job));
  else if (job.deduplicated) console.log(`Job ${job.id} was there already; nothing was added.`);
  else console.log(`Enqueued ${job.name} as job ${job.id} in queue ${job.queue}.`);
}

/** Hooks that tell of each attempt, and a promise of a job's end. */
function followJob(asJson: boolean) {
  const ended = new Map<string, boolean>();
  const waiting = new Map<string, (succeeded: boolean) => void>();
  const say = (line: string) => (asJson ? undefined : console.log(line));
  const end = (jobId: string, succeeded: boolean) => {
    ended.set(jobId, succeeded);
    waiting.get(jobId)?.(succeeded);
  };
  const hooks: Hooks = {
    onSuccess: ({ jobId, attempt, durationMs }) => {
      say(`Job ${jobId} is done: attempt ${attempt}, ${Math.round(durationMs)} ms.`);
      end(jobId, true);
    },
    onFailure: ({ jobId, attempt, error }) => say(`Job ${jobId}, attempt ${attempt} failed: ${error.message}`),
    onDead: ({ jobId }) => {
      say(`Job ${jobId} is dead.`);
      end(jobId, false);
    },
  };
  const endOf = async (jobId: string): Promise<boolean> =>
    ended.get(jobId) ?? new Promise<boolean>((resolve) => waiting.set(jobId, resolve));
  return { hooks, endOf };
}
