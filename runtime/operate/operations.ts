import type { Telemetry } from "bullmq";
import type { Registry } from "prom-client";
import { taskNamed } from "../catalog.js";
import { askOf, operatorPatienceMs } from "../client/ask.js";
import { bindCatalog } from "../client/create-tasks.js";
import type { EnqueueOptions } from "../client/enqueue-options.js";
import { openProducer, type Producer } from "../client/producer.js";
import type { EnqueuedJob, IdempotencyRecord, Validation } from "../client/task-client.js";
import { checkPayload } from "../contract/check.js";
import { InvalidFilter, JobAmbiguous } from "../errors.js";
import { defaultLogger, type Logger } from "../logger.js";
import { parseConnection } from "../store/connection.js";
import type { Cleared } from "../store/effect-records.js";
import type { OperatorStore } from "../store/operator-store.js";
import type { Connection } from "../store/store.js";
import type { Catalog } from "../task.js";
import { listSchedules, type ScheduleView } from "../upkeep/list-schedules.js";
import { listWorkers, type WorkerPresence } from "../worker/presence.js";
import { type ActContext, type Acted, actOnJob, editJob, type JobAction } from "./act-on-job.js";
import { actOnJobs, type BulkOptions, type BulkOutcome } from "./act-on-jobs.js";
import { type CheckedFinding, examine, openPatient } from "./doctor/examine.js";
import { type Example, exampleOf } from "./example/example-payload.js";
import type { JobFilter } from "./job-filter.js";
import { type JobList, type ListContext, listJobs, type PageOptions } from "./list-jobs.js";
import type { Manifest } from "./manifest.js";
import { createMask, type Mask } from "./mask.js";
import { maskSchedule } from "./mask-schedule.js";
import { type QueueView, viewQueue } from "./queue-views.js";
import { type JobDetail, showJob } from "./show-job.js";
import { readStats, type Stats } from "./stats.js";
import { readTaskFigures, type TaskFigures } from "./task-figures.js";

/** What a project is operated with. */
export interface OperationsOptions {
  /** See Connection. */
  readonly connection: Connection | undefined;
  /** `generated/manifest.json`. */
  readonly manifest: Manifest;
  /** `catalog` of `generated/catalog.ts`, with the validators of every contract. */
  readonly catalog: Catalog;
  /** Who operates: noted in the log of each job that is acted on, and told to `onAction`. */
  readonly actor?: string | undefined;
  /** Called with every action that has changed something, for an audit log. What it throws is logged. */
  readonly onAction?: ((action: ActionRecord) => unknown) | undefined;
  /** Default: pino, JSON lines on standard output, level from LOG_LEVEL. */
  readonly logger?: Logger | undefined;
  /** Counts what is enqueued; see TasksOptions. */
  readonly metrics?: Registry | undefined;
  /** Makes spans of what is enqueued; see TasksOptions. */
  readonly telemetry?: Telemetry | undefined;
}

/** An action that has changed something. */
export interface ActionRecord {
  /** In ms since 1970. */
  readonly at: number;
  readonly actor: string | undefined;
  readonly action: JobAction | "edit" | "enqueue" | "pause" | "resume" | "clear";
  readonly queue: string | undefined;
  readonly jobId: string | undefined;
  /** Of an action on many. */
  readonly filter: JobFilter | undefined;
  /** Jobs that were changed. */
  readonly count: number;
}

/** Where a job is. Ids are given out by each queue for itself. */
export interface JobRef {
  readonly id: string;
  readonly queue: string;
}

/**
 * What an operator can see and do in the queues of a project. Every method rejects with RedisUnavailable while Redis is
 * away; what it resolves to is plain data, in which fields marked `x-sensitive` are hidden.
 */
export interface Operations {
  readonly manifest: Manifest;
  readonly mask: Mask;
  /** The same with another actor. It shares the connection, and is closed with this one. */
  as(actor: string): Operations;

  /** The declared queues, in the manifest's order, then those of `others`. */
  queues(others?: readonly string[]): Promise<QueueView[]>;
  /** Queues in the store that this project doesn't declare; walks over all keys of Redis, two million at most. */
  otherQueues(): Promise<{ readonly names: readonly string[]; readonly isComplete: boolean }>;
  /** Its workers take no further job. */
  pause(queue: string): Promise<void>;
  resume(queue: string): Promise<void>;
  /** Removes the jobs that wait, and with `delayed` those too; the next runs of schedules stay. */
  drain(queue: string, options?: BulkOptions & { readonly delayed?: boolean }): Promise<BulkOutcome>;

  jobs(filter?: JobFilter, page?: PageOptions): Promise<JobList>;
  /** The queues that have a job `id`, of those that are declared or of `queues`. */
  find(id: string, queues?: readonly string[]): Promise<JobRef[]>;
  /** All of a job; undefined when there is none. Without `queue` it rejects with JobAmbiguous when several have one. */
  job(id: string, queue?: string): Promise<JobDetail | undefined>;
  /** The payload as it is stored, with nothing hidden: for a program that edits it. */
  payload(job: JobRef): Promise<unknown>;

  /** Does one action to one job. `reason` is for a cancellation. */
  act(action: JobAction, job: JobRef, reason?: string): Promise<Acted>;
  /** Gives a job another payload, checked as strictly as when it is enqueued. */
  edit(job: JobRef, payload: unknown): Promise<Acted>;
  /** Does one action to every job that fits and is in a state that the action takes. */
  actOnAll(action: JobAction, filter: JobFilter, options?: BulkOptions): Promise<BulkOutcome>;

  /** Enqueues a job by its task's wire name. Rejects as a client does, and with InvalidFilter for an unknown task. */
  enqueue(task: string, payload: unknown, options?: EnqueueOptions): Promise<EnqueuedJob>;
  /** Whether `payload` fits the contract of a task, by the check of `enqueue`. */
  validate(task: string, payload: unknown): Validation;
  /** A payload that fits the contract of a task, made up from its schema; `undefined` of a task that takes none. */
  example(task: string): Example;

  /**
   * What is remembered of an effect of a task, by a payload or the fields of its key; undefined when nothing is. Rejects
   * with NotIdempotent, and with InvalidPayload when a field of the key is missing.
   */
  effect(task: string, payload: unknown): Promise<IdempotencyRecord | undefined>;
  /**
   * Forgets that an effect may have happened, so that the next job with its key runs: see IdempotencyRecords. It is noted
   * with the record and in the log of the job that had it.
   */
  clearEffect(task: string, payload: unknown, reason: string): Promise<Cleared>;

  /** The worker processes that are there now, the one that has run longest first. */
  workers(): Promise<readonly WorkerPresence[]>;
  /** Every schedule that is declared or in the store, and how the two stand to each other. */
  schedules(): Promise<readonly ScheduleView[]>;
  stats(): Promise<Stats>;
  /** How the jobs of each task fare, or of those named; a task none of whose jobs ended lately is left out. */
  taskFigures(tasks?: readonly string[]): Promise<Readonly<Record<string, TaskFigures>>>;
  /** What is wrong with the store and the queues, and what to do about it; with `only`, by the checks of these names. */
  examine(only?: readonly string[]): Promise<readonly CheckedFinding[]>;
  close(): Promise<void>;
}

/** Opens the queues of a project for an operator. Nothing is opened before the first call; throws UnsupportedConnection. */
export function openOperations(options: OperationsOptions): Operations {
  parseConnection(options.connection);
  return operateBy(openProducer(options.connection, options.logger ?? defaultLogger(), options.telemetry), options);
}

/** The same over a producer, which is closed with it. */
export function operateBy(
  producer: Producer,
  options: Omit<OperationsOptions, "connection" | "logger" | "telemetry">,
): Operations {
  const { manifest, catalog, metrics } = options;
  const { logger } = producer;
  const ask = askOf(producer, operatorPatienceMs);
  const mask = createMask(manifest);
  const clients = bindCatalog(catalog, producer, metrics && Promise.resolve(metrics));

  async function operatorStore(): Promise<OperatorStore> {
    return (await producer.store()).operator();
  }

  async function listContext(): Promise<ListContext> {
    return { manifest, mask, store: await operatorStore(), now: Date.now() };
  }

  async function actContext(queue: string): Promise<ActContext> {
    const [opened, { steps }, store] = await Promise.all([producer.queue(queue), producer.store(), operatorStore()]);
    return { catalog, queue: opened, steps, store, now: Date.now() };
  }

  async function view(name: string): Promise<QueueView> {
    return viewQueue(await producer.queue(name), await operatorStore(), manifest, Date.now());
  }

  const declared = Object.keys(manifest.queues);
  const queues = (others: readonly string[] = []) =>
    ask("reading the queues", () => Promise.all([...new Set([...declared, ...others])].map(view)));

  async function otherQueues() {
    const { names, isComplete } = await (await operatorStore()).queueNames();
    return { names: names.filter((name) => !declared.includes(name)), isComplete };
  }

  async function schedules(): Promise<readonly ScheduleView[]> {
    const views = await listSchedules(await producer.store(), catalog, logger);
    return views.map((each) => maskSchedule(each, mask));
  }

  async function examineAll(only: readonly string[] | undefined): Promise<readonly CheckedFinding[]> {
    const [store, operator] = await Promise.all([producer.store(), operatorStore()]);
    const patient = openPatient({
      ...{ manifest, catalog, schedules, otherQueues, store: operator, inspector: await store.inspector() },
      ...{ isEmbedded: producer.isEmbedded, now: Date.now() },
      view: (names) => Promise.all(names.map(view)),
      workers: () => listWorkers(store),
    });
    return examine(patient, (error) => producer.outageBehind(error) !== undefined, only);
  }

  async function find(id: string, queues: readonly string[] = declared): Promise<JobRef[]> {
    const found = await Promise.all(
      queues.map(async (name) => ((await (await producer.queue(name)).getJob(id)) === undefined ? [] : [name])),
    );
    return found.flat().map((queue) => ({ id, queue }));
  }

  async function locate(id: string, queue: string | undefined): Promise<string | undefined> {
    if (queue !== undefined) return queue;
    const found = await find(id);
    if (found.length > 1)
      throw new JobAmbiguous(
        id,
        found.map((ref) => ref.queue),
      );
    return found[0]?.queue;
  }

  function declaredTask(name: string) {
    const task = taskNamed(catalog, name);
    if (task === undefined) throw new InvalidFilter("task", "a task of this project", name);
    return task;
  }

  function clientOf(name: string) {
    declaredTask(name);
    const [workflow = "", task = ""] = manifest.tasks.find((each) => each.name === name)?.client.split(".") ?? [];
    const client = clients[workflow]?.[task];
    if (client === undefined) throw new InvalidFilter("task", "a task that the generated code has", name);
    return client;
  }

  function actingAs(actor: string | undefined): Operations {
    function record(entry: Partial<ActionRecord> & Pick<ActionRecord, "action" | "count">): void {
      if (entry.count === 0) return;
      const complete = { at: Date.now(), actor, queue: undefined, jobId: undefined, filter: undefined, ...entry };
      // One who only notes must not undo what is done.
      void (async () => options.onAction?.(complete))().catch((err: unknown) =>
        logger.error({ err, action: entry.action }, "the audit log failed"),
      );
    }

    /** In the job's own log, where whoever looks at it next will see it. */
    async function note(context: ActContext, id: string, what: string): Promise<void> {
      if (actor === undefined || (await context.queue.getJobState(id)) === "unknown") return;
      await context.queue.getBackend().addLog(id, `${new Date().toISOString()} ${what} by ${actor}`, 1_000);
    }

    async function perform(action: JobAction, { id, queue }: JobRef, reason?: string): Promise<Acted> {
      const context = await actContext(queue);
      const acted = await actOnJob(action, id, context, reason);
      if (acted.done && action !== "remove") await note(context, id, done[action]);
      return acted;
    }

    const all = async (action: JobAction, filter: JobFilter, bulk: BulkOptions = {}) => {
      const context = await ask("opening the store", listContext);
      const outcome = await actOnJobs(action, filter, bulk, context, ({ queue, row }) =>
        ask(`the ${action} of many jobs`, () => perform(action, { id: row.id, queue }, bulk.reason)),
      );
      record({ action, filter, count: outcome.done });
      return outcome;
    };

    return {
      manifest,
      mask,
      as: actingAs,
      queues,
      otherQueues: () => ask("looking for queues", otherQueues),
      async pause(queue) {
        await ask(`pausing ${queue}`, async () => (await producer.queue(queue)).pause());
        record({ action: "pause", queue, count: 1 });
      },
      async resume(queue) {
        await ask(`resuming ${queue}`, async () => (await producer.queue(queue)).resume());
        record({ action: "resume", queue, count: 1 });
      },
      drain: (queue, { delayed = false, ...bulk } = {}) =>
        all("remove", { queues: [queue], states: delayed ? ["waiting", "delayed"] : ["waiting"] }, bulk),
      jobs: (filter = {}, page = {}) =>
        ask("listing jobs", async () => listJobs(filter, page, await listContext()), 60_000),
      find: (id, queues) => ask("looking for a job", () => find(id, queues)),
      job: (id, queue) =>
        ask("reading a job", async () => {
          const name = await locate(id, queue);
          if (name === undefined) return undefined;
          const reason = await (await producer.store()).steps.cancelReason(name, id);
          const store = await operatorStore();
          return showJob(await producer.queue(name), id, reason, { catalog, mask, store });
        }),
      payload: ({ id, queue }) =>
        ask("reading a payload", async () => (await (await producer.queue(queue)).getJob(id))?.data),
      async act(action, job, reason) {
        const acted = await ask(`the ${action} of job ${job.id}`, () => perform(action, job, reason));
        if (acted.done) record({ action, queue: job.queue, jobId: job.id, count: 1 });
        return acted;
      },
      async edit(job, payload) {
        const acted = await ask(`editing job ${job.id}`, async () => {
          const context = await actContext(job.queue);
          const edited = await editJob(job.id, payload, context);
          if (edited.done) await note(context, job.id, "edited");
          return edited;
        });
        if (acted.done) record({ action: "edit", queue: job.queue, jobId: job.id, count: 1 });
        return acted;
      },
      actOnAll: all,
      async enqueue(task, payload, enqueueing = {}) {
        const job = await clientOf(task).enqueue(payload, enqueueing);
        if (!job.deduplicated) record({ action: "enqueue", queue: job.queue, jobId: job.id, count: 1 });
        return job;
      },
      validate(task, payload) {
        const checked = checkPayload(declaredTask(task), payload);
        return checked.valid ? { valid: true } : checked;
      },
      example(task) {
        const definition = declaredTask(task);
        const { payload } = manifest.tasks.find(({ name }) => name === task) ?? {};
        if (payload === undefined) return { found: true, value: undefined };
        return exampleOf(payload, manifest, (value) => checkPayload(definition, value).valid);
      },
      effect: (task, payload) =>
        ask("reading the record of an effect", async () => {
          const record = await clientOf(task).idempotency.read(payload as object);
          if (record === undefined) return undefined;
          return { ...record, key: mask.text(task, record.key, payload), result: mask.result(task, record.result) };
        }),
      async clearEffect(task, payload, reason) {
        const { idempotency } = clientOf(task);
        const { queue } = declaredTask(task);
        const [jobId, cleared] = await ask("clearing the record of an effect", async () => {
          const before = await idempotency.read(payload as object);
          const cleared = await idempotency.clear(payload as object, { reason });
          if (cleared === "cleared" && before !== undefined) {
            await note(await actContext(queue), before.jobId, `its idempotency key was cleared (${reason})`);
          }
          return [before?.jobId, cleared] as const;
        });
        if (cleared === "cleared") record({ action: "clear", queue, jobId, count: 1 });
        return cleared;
      },
      workers: () => ask("listing the workers", async () => listWorkers(await producer.store())),
      schedules: () => ask("listing the schedules", schedules),
      stats: () => ask("reading the figures", async () => readStats(await queues(), await operatorStore(), Date.now())),
      taskFigures: (tasks = manifest.tasks.map(({ name }) => name)) =>
        ask("reading the figures of tasks", async () =>
          readTaskFigures(tasks, manifest, await operatorStore(), Date.now()),
        ),
      examine: (only) => ask("the examination", () => examineAll(only), 60_000),
      close: () => producer.close(),
    };
  }

  return actingAs(options.actor);
}

const done = { retry: "retried", cancel: "cancelled", promote: "promoted", remove: "removed" } as const;
