import { type DestinationStream, pino } from "pino";
import { visible } from "../codegen/report/visible.js";
import { taskNamed } from "../runtime/catalog.js";
import { readEnqueueOptions } from "../runtime/client/enqueue-options.js";
import { checkPayload } from "../runtime/contract/check.js";
import type {
  Catalog,
  EnqueuedJob,
  EnqueueOptions,
  Issue,
  TaskDefinition,
  TasksOptions,
  Worker,
  WorkerOptions,
} from "../runtime/index.js";
import { exampleOf, type Manifest } from "../runtime/operate/index.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import { reportFailure } from "./failure.js";
import { followJob } from "./follow-job.js";
import { importGenerated, readManifest } from "./project.js";
import { readPayload } from "./read-payload.js";
import { timeOf } from "./time-words.js";
import { requireKnown, UsageError } from "./usage-error.js";

export interface EnqueueCommandOptions {
  readonly root: string;
  readonly out: string;
  /** Wire name. */
  readonly task: string;
  /** JSON, `@file`, or `-`; undefined for a task without payload. */
  readonly payload: string | undefined;
  readonly connection: string;
  readonly delay?: string;
  readonly at?: Date;
  readonly priority?: EnqueueOptions["priority"];
  readonly retries?: number;
  readonly timeout?: string;
  readonly id?: string;
  readonly header?: Readonly<Record<string, string>>;
  /** Only print a payload that fits. */
  readonly example: boolean;
  /** Only check. */
  readonly dryRun: boolean;
  readonly run: boolean;
  readonly json: boolean;
}

/** `taskwright enqueue`: one job, and on the embedded store or with `--run` its whole life. */
export async function enqueue(options: EnqueueCommandOptions): Promise<ExitCode> {
  const { root, out, task: name } = options;
  const manifest = readManifest(root, out);
  requireKnown(
    "task",
    name,
    manifest.tasks.map((each) => each.name),
  );
  const [{ catalog }] = await importGenerated<[{ catalog: Catalog }]>(root, out, "catalog");
  const task = taskNamed(catalog, name);
  if (task === undefined) throw new Error(`The generated code has no ${name}. Run \`taskwright codegen\` again.`);
  if (options.example) return printExample(task, manifest);
  const payload = await readPayload(options.payload);
  if (payload === undefined && task.payload !== undefined) {
    throw new UsageError(
      `${name} takes a payload: as JSON, @file or - for standard input. One that fits: taskwright enqueue ${name} --example`,
    );
  }
  const checked = checkPayload(task, payload);
  if (!checked.valid) return reportIssues(task, checked.issues, options.json);
  try {
    const settings = readEnqueueOptions(task, enqueueOptions(options), Date.now());
    if (options.dryRun) return reportDryRun(task, checked.value, settings, options.json);
    return await send(payload, options, manifest);
  } catch (cause) {
    return reportFailure(cause);
  }
}

function printExample(task: TaskDefinition, manifest: Manifest): ExitCode {
  const { payload } = manifest.tasks.find(({ name }) => name === task.name) ?? {};
  if (payload === undefined) {
    console.error(`${task.name} takes no payload: taskwright enqueue ${task.name}`);
    return exitCodes.fine;
  }
  const example = exampleOf(payload, manifest, (value) => checkPayload(task, value).valid);
  if (!example.found) {
    console.error(
      `taskwright: no example could be made for ${task.name}. Its schema is in the manifest: give it \`examples\`.`,
    );
    return exitCodes.fault;
  }
  console.log(JSON.stringify(example.value, null, process.stdout.isTTY ? 2 : 0));
  return exitCodes.fine;
}

function reportIssues({ name }: TaskDefinition, issues: readonly Issue[], asJson: boolean): ExitCode {
  if (asJson) console.log(JSON.stringify({ valid: false, task: name, issues }));
  else {
    console.error(`taskwright: the payload does not fit the contract of ${name}:`);
    for (const { pointer, message } of issues)
      console.error(`  ${visible(pointer || "the payload")} ${visible(message)}`);
    console.error(`One that fits: taskwright enqueue ${name} --example`);
  }
  return exitCodes.fault;
}

function reportDryRun(
  { name, queue }: TaskDefinition,
  payload: unknown,
  settings: ReturnType<typeof readEnqueueOptions>,
  asJson: boolean,
): ExitCode {
  const due = settings.delayMs > 0 ? `, due at ${timeOf(Date.now() + settings.delayMs)} UTC` : "";
  if (asJson) console.log(JSON.stringify({ valid: true, task: name, queue, payload, settings }));
  else console.log(`Would enqueue ${name} in queue ${queue}${due}: its payload fits. Nothing was sent.`);
  return exitCodes.fine;
}

async function send(payload: unknown, options: EnqueueCommandOptions, manifest: Manifest): Promise<ExitCode> {
  const { connection, json } = options;
  // A job on the memory of this process would be gone with it, so it is run at once.
  const runs = options.run || connection.startsWith("embedded:");
  const [index] = await importGenerated<[GeneratedIndex]>(options.root, options.out, "index");
  // With every handler of the project, and what those import.
  const [worker] = runs ? await importGenerated<[GeneratedWorker]>(options.root, options.out, "worker") : [];
  // Standard output is the command's own; what goes wrong inside goes to standard error.
  const logger = pino({ level: process.env.LOG_LEVEL ?? "warn" }, standardError);
  const tasks = index.createTasks({ connection, logger });
  const life = runs ? followJob(json) : undefined;
  const running = life && worker?.createWorker({ connection, logger, hooks: life.hooks });
  try {
    const job = await clientOf(options.task, tasks, manifest).enqueue(payload, enqueueOptions(options));
    report(job, json);
    if (life === undefined || job.deduplicated) return exitCodes.fine;
    await running?.start();
    return (await life.endOf(job.id)) ? exitCodes.fine : exitCodes.fault;
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

function clientOf(name: string, tasks: ReturnType<GeneratedIndex["createTasks"]>, manifest: Manifest): Client {
  const path = manifest.tasks.find((task) => task.name === name)?.client ?? "";
  const [workflow = "", task = ""] = path.split(".");
  const client = tasks[workflow]?.[task];
  if (client === undefined) throw new Error(`The generated code has no ${path}. Run \`taskwright codegen\` again.`);
  return client;
}

function enqueueOptions(options: EnqueueCommandOptions): EnqueueOptions {
  const { delay, at, priority, retries, timeout, id, header: headers } = options;
  const given = Object.entries({ delay, at, priority, retries, timeout, id, headers });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

function report(job: EnqueuedJob, asJson: boolean): void {
  if (asJson) console.log(JSON.stringify(job));
  else if (job.deduplicated) console.log(`Job ${job.id} was there already; nothing was added.`);
  else console.log(`Enqueued ${job.name} as job ${job.id} in queue ${job.queue}.`);
}
